import type { MeasuredPathLengthsDocument } from "../network/documents/comparison.js";
import { FORMAT } from "../network/format.js";
import { type VarianceProfile, variances } from "../network/variance-profile.js";
import { pathLengths } from "./laws/index.js";
import { summarizeLaw } from "./laws/law-summary.js";

export interface MeasuredPathLengthsOptions {
  readonly profile: VarianceProfile;
  /** Where the profile comes from, for titles. */
  readonly source: string;
  /** The path lengths k for which P(K ≤ k) is wanted; the 97 % quantile if absent. */
  readonly within?: readonly number[];
}

/**
 * The path-length law of a measured variance profile as a document: Poisson-binomial in q_i = b_i / (s_i + b_i), whatever
 * made the network's blocks; its kind says whether the profile was measured, sampled or predicted.
 *
 * @throws InvalidArgumentError for a profile with a block that has no variance, or a negative or fractional `within`.
 * @example
 * ```ts
 * const profile = { origin: "measured", skip: [1, 2], branch: [1, 1] } as const;
 * measuredPathLengths({ profile, source: "my network" }).mean; // 0.8333333333333333
 * ```
 */
export function measuredPathLengths(options: MeasuredPathLengthsOptions): MeasuredPathLengthsDocument {
  const { profile, source, within } = options;
  const { skip, branch } = variances(profile);
  return {
    kind: `${profile.origin}-path-lengths`,
    format: FORMAT,
    source,
    depth: skip.length,
    ...summarizeLaw(pathLengths(profile), within),
    skip,
    branch,
  };
}
