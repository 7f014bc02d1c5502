import { availableParallelism } from "node:os";
import { multiplyAddsOf as layerMultiplyAdds, weightsOf } from "../../network/layers/index.js";
import { type LayerPlan, layersOf, plannedBlocks, stemLayer } from "../../network/plan/index.js";
import { NORMAL_COST } from "../network/sampler.js";
import type { TrialPlan } from "../network/trial-plan.js";

/** Multiply-adds that one thread does in about a second, which is what starting others takes. */
const A_SECOND = 2e10;

/**
 * The threads for some trials, of so many multiply-adds each, where the caller names no number: one for each core, or only this
 * one where the work is done before others have started. The results do not depend on it.
 */
export function threadsFor(multiplyAdds: number, trials: number): number {
  return trials * multiplyAdds < A_SECOND ? 1 : availableParallelism();
}

/** Multiply-adds of one trial, roughly; the Gram sampler takes fewer. */
export function multiplyAddsOf({ network: { plan, batch }, windows }: TrialPlan): number {
  const ofLayer = (layer: LayerPlan, components: number) =>
    batch * components * layerMultiplyAdds(layer) + NORMAL_COST * weightsOf(layer);
  let sum = ofLayer(stemLayer(plan), 1);
  for (const { block, plan: planned } of plannedBlocks(plan)) {
    const window = windows?.[block - 1];
    const components = window ? window.high - window.low + 1 : 1;
    for (const layer of layersOf(planned)) sum += ofLayer(layer, components);
  }
  return sum;
}
