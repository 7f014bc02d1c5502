import type { StreamKey } from "../../random/stream.js";
import type { TrialJob } from "../network/trial-plan.js";

/** Whose random numbers they are. */
export type TrialKey = Pick<TrialJob, "network" | "seed" | "trial">;

/** The key of a stream of one trial: index width, trial, and what tells it from others of its purpose. */
export function trialStream(
  { network, seed, trial }: TrialKey,
  purpose: string,
  further: readonly number[] = [],
): StreamKey {
  return { seed, purpose, index: [network.plan.stem.layer.outputs, trial, ...further] };
}
