import { availableParallelism } from "node:os";
import { type LayerShape, outputSize, planNetwork } from "./network-plan.js";
import { NORMAL_COST } from "./sampler.js";
import type { TrialPlan } from "./trial-plan.js";

/** Multiply-adds that one thread does in about a second, which is what starting others takes. */
const A_SECOND = 2e10;

/**
 * The threads for some trials where the caller names no number: one for each core, or only this one where the work is
 * done before others have started. The results do not depend on it.
 */
export function threadsFor(plan: TrialPlan, trials: number): number {
  return trials * multiplyAdds(plan) < A_SECOND ? 1 : availableParallelism();
}

/** Of one trial, roughly; the Gram sampler takes fewer. */
function multiplyAdds({ network, windows }: TrialPlan): number {
  const { stem, blocks } = planNetwork(network);
  const ofLayer = (layer: LayerShape, components: number) =>
    layer.kernel ** 2 *
    layer.inputs *
    layer.outputs *
    (network.batch * outputSize(layer) ** 2 * components + NORMAL_COST);
  return blocks.reduce(
    (sum, { layers, projection }, index) => {
      const window = windows?.[index];
      const components = window ? window.high - window.low + 1 : 1;
      const all = projection ? [...layers, projection] : layers;
      return all.reduce((total, layer) => total + ofLayer(layer, components), sum);
    },
    ofLayer(stem, 1),
  );
}
