import { InvalidArgumentError } from "../network/errors.js";
import type { SampledNetwork } from "../network/sampled-network.js";
import type { Sampler } from "../network/settings/sample-run.js";
import { type LayerShape, planNetwork } from "./network-plan.js";

/**
 * The sampler that takes less time: `direct` where the other cannot draw the network, or draws more than it saves.
 *
 * @param isPathResolved whether the activations are split by path length.
 */
export function chooseSampler(network: SampledNetwork, isPathResolved: boolean): Sampler {
  if (whyNotGram(network, isPathResolved) !== undefined) return "direct";
  const { stem, blocks } = planNetwork(network);
  let saved = 0;
  for (const layer of [stem, ...blocks.flatMap(({ layers }) => layers)]) {
    saved += directCost(layer, network.batch) - gramCost(layer, network.batch);
  }
  return saved > 0 ? "gram" : "direct";
}

/**
 * Refuses what the Gram sampler cannot draw.
 *
 * @throws InvalidArgumentError
 */
export function requireSampler(sampler: Sampler, network: SampledNetwork, isPathResolved: boolean): void {
  const why = sampler === "gram" ? whyNotGram(network, isPathResolved) : undefined;
  if (why !== undefined) throw new InvalidArgumentError("sampler", sampler, `auto or direct here (${why})`);
}

/** What keeps a network from the Gram sampler: it draws what Gaussian weights make of one batch and nothing else. */
function whyNotGram(network: SampledNetwork, isPathResolved: boolean): string | undefined {
  if (isPathResolved) return "gram draws activations that are not split by path length";
  if (network.shape.kind !== "dense") return "gram draws fully connected layers";
  if (network.weights !== "gaussian") return "gram draws Gaussian weights";
  if (network.normalizer === "expected") return "gram does not standardise weights";
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
