import { InvalidArgumentError } from "../../network/errors.js";
import { distinctLayers, isDense, type LayerShape } from "../../network/plan/index.js";
import type { Sampler } from "../../network/settings/sample-run.js";
import type { DrawnNetwork } from "./trial-plan.js";

/**
 * The sampler that takes less time: `direct` where the other cannot draw the network, or draws more than it saves.
 *
 * @param isPathResolved whether the activations are split by path length.
 */
export function chooseSampler(network: DrawnNetwork, isPathResolved: boolean): Sampler {
  if (whyNotGram(network, isPathResolved) !== undefined) return "direct";
  const { plan, batch } = network;
  const savedBy = (layer: LayerShape) => directCost(layer, batch) - gramCost(layer, batch);
  let saved = savedBy(plan.stem.layer);
  for (const { length, block } of plan.runs) {
    for (const layer of block.layers) saved += length * savedBy(layer);
  }
  return saved > 0 ? "gram" : "direct";
}

/**
 * Refuses what the Gram sampler cannot draw.
 *
 * @throws InvalidArgumentError
 */
export function requireSampler(sampler: Sampler, network: DrawnNetwork, isPathResolved: boolean): void {
  const why = sampler === "gram" ? whyNotGram(network, isPathResolved) : undefined;
  if (why !== undefined) throw new InvalidArgumentError("sampler", sampler, `auto or direct here (${why})`);
}

/** What keeps a network from the Gram sampler: it draws what Gaussian weights make of one batch and nothing else. */
function whyNotGram({ plan, weights }: DrawnNetwork, isPathResolved: boolean): string | undefined {
  if (isPathResolved) return "gram draws activations that are not split by path length";
  if (!isDense(plan)) return "gram draws fully connected layers";
  if (weights !== "gaussian") return "gram draws Gaussian weights";
  if (distinctLayers(plan).some(({ isStandardized }) => isStandardized)) {
    return "gram does not standardise weights";
  }
  return undefined;
}

/**
 * Time in units of a multiply-add within a matrix product, as measured with the `wide` kernels at 64 inputs and a width of
 * 1,000: a normal number, and a multiply-add in the factorisation.
 */
export const NORMAL_COST = 125;
const FACTORIZATION = 22;

function directCost({ inputs, outputs }: LayerShape, batch: number): number {
  return inputs * outputs * (NORMAL_COST + batch);
}

function gramCost({ inputs, outputs }: LayerShape, batch: number): number {
  const products = batch ** 2 * (inputs + outputs);
  return batch * outputs * NORMAL_COST + products + (FACTORIZATION * batch ** 3) / 6;
}
