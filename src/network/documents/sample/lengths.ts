import type { Complaint } from "../../checks/complaint.js";
import { inEntries, requireLengths, requireWholeKeys } from "../consistency.js";
import type { Count } from "../numbers.js";
import type { Comparison, SampledSeries } from "../verdict.js";

/** The path lengths after a block. */
export interface SampledLengths {
  /** share_k, k = 0, 1, …; the last entry holds all longer paths too. */
  readonly shares: SampledSeries;
  readonly meanLength: Comparison;
  /** P(K ≤ k) by k. */
  readonly within: Readonly<Record<string, Comparison>>;
}

/**
 * What is predicted of `shares`.
 *
 * @minItems 1
 */
export type PredictedShares = readonly number[];

/** The path lengths at another block than the one that a sample is about. */
export interface LengthsAtBlock extends SampledLengths {
  readonly block: Count;
  readonly predicted: { readonly shares: PredictedShares };
}

type Lengths = SampledLengths & { readonly predicted: { readonly shares: PredictedShares } };

/** What of the path lengths of a sample does not go together. @internal */
export function inconsistencyOfLengths({
  atBlocks = [],
  ...sample
}: Lengths & { readonly atBlocks?: readonly Lengths[] }): Complaint | undefined {
  const ofOne = ({ shares, within }: Lengths) =>
    requireLengths({ "shares.se": shares.se }, { count: shares.mean.length, of: "shares.mean" }) ??
    requireWholeKeys("within", within);
  return ofOne(sample) ?? inEntries("atBlocks", atBlocks, ofOne);
}
