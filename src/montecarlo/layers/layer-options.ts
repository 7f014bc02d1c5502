import type { LayerPlan } from "../../network/plan/index.js";
import type { StreamKey } from "../../random/stream.js";
import type { TrialJob } from "../network/trial-plan.js";
import { type TrialKey, trialStream } from "./trial-stream.js";

/** A weight layer of one trial. */
export interface LayerOptions<Layer extends LayerPlan = LayerPlan> {
  readonly layer: Layer;
  readonly trial: TrialKey & Pick<TrialJob, "sampler">;
  /** From 1; 0 is what the inputs go through before the first block. */
  readonly block: number;
  /** 0, 1, … within the branch; `projection` is that of a transition block's skip path. */
  readonly place: number | "projection";
}

/**
 * The key of a layer's stream: index width, trial, block; then the place from a branch's second layer on, and −1 for a
 * projection.
 */
export function layerStream({ trial, block, place }: LayerOptions, purpose: string): StreamKey {
  const further = place === "projection" ? [-1] : place === 0 ? [] : [place];
  return trialStream(trial, purpose, [block, ...further]);
}

/** Variance of a weight times its fan-in. */
export function gainOf({ gain, initialScale }: LayerPlan): number {
  return gain * initialScale ** 2;
}
