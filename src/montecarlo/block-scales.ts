import type { SampledNetwork } from "../network/sampled-network.js";
import type { BlockPlan } from "./network-plan.js";

/** What a block multiplies its two paths by: x ← skip·x + branch·f(x). */
export interface BlockScales {
  readonly skip: number;
  readonly branch: number;
}

/**
 * The scales of the network's scheme in block i of d.
 *
 * @param mask 0 for each block (at i − 1) whose branch is left out; none is, if absent (masks.ts).
 */
export function blockScales(
  { scheme, depth }: SampledNetwork,
  { block, place }: BlockPlan,
  mask?: Uint8Array,
): BlockScales {
  return {
    skip: scheme.skipScale(block, depth, place),
    branch: mask?.[block - 1] === 0 ? 0 : scheme.branchScale(block, depth, place),
  };
}
