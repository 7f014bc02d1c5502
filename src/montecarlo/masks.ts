import type { SampledNetwork } from "../network/sampled-network.js";
import { openStream } from "../random/stream.js";
import { widthOf } from "./network-geometry.js";

/**
 * Stochastic depth: 1 for each block i = 1…d (at i − 1) whose branch this trial keeps, with the probability
 * `scheme.survival`, and 0 for those it leaves out; nothing where the scheme keeps every branch. One mask holds for the
 * whole batch, and kept branches are not scaled up, so that an average over trials is one over masks too, each mask
 * weighted by its probability.
 *
 * Drawn from a stream of its own: the weights of a block do not depend on which others are kept.
 */
export function branchMask(
  network: SampledNetwork,
  { seed, trial }: { readonly seed: number; readonly trial: number },
): Uint8Array | undefined {
  const { scheme, depth, architecture } = network;
  const { survival } = scheme;
  if (!survival) return undefined;
  const stream = openStream({ seed, purpose: "mask", index: [widthOf(network), trial] });
  return Uint8Array.from({ length: depth }, (_, index) => {
    const probability = survival(index + 1, depth, architecture?.blocks[index].place);
    return stream.nextUniform() < probability ? 1 : 0;
  });
}
