import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import type { SampledNetwork } from "../../network/sampled-network.js";

/** Whether the branches are normalised and no block begins anew, so that variances have a slope against the block. */
export function growsSteadily({ depth, plan }: SampledNetwork): boolean {
  const { runs } = plan;
  const isNormalized = runs[0].block.layers[0].normalizer !== "none";
  return isNormalized && depth > 1 && runs.every(({ block }) => block.skip.kind === "identity");
}

export interface SlopeFromOptions {
  readonly slopeFrom: number | undefined;
  readonly network: SampledNetwork;
  readonly recordedBlocks: readonly number[];
}

/**
 * The first block of the slope fits, 1 if it is not given.
 *
 * @throws InvalidArgumentError where there are no slopes, or fewer than two recorded blocks are left for one.
 */
export function firstOfSlope({ slopeFrom, network, recordedBlocks }: SlopeFromOptions): number {
  if (slopeFrom === undefined) return 1;
  if (!growsSteadily(network)) {
    const allowed = "absent here: only a uniform stack of normalised blocks has slopes";
    throw new InvalidArgumentError("slopeFrom", slopeFrom, allowed);
  }
  return requireInteger("slopeFrom", slopeFrom, 1, recordedBlocks[recordedBlocks.length - 2]);
}
