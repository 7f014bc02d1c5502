/** What the closed forms give. */

import type { Activation } from "../activations.js";
import { type Complaint, wrong } from "../checks/complaint.js";
import type { Convention } from "../convention.js";
import type { SchemeName } from "../schemes/index.js";
import { requireLengths, requireWholeKeys } from "./consistency.js";
import type { Count, DocumentFormat, Magnitude, Natural } from "./numbers.js";
import type { Provenance } from "./provenance.js";

/** The network of a prediction. */
export interface PredictedNetwork {
  readonly scheme: SchemeName;
  /** The name of a real network, such as "wrn-100-2"; a uniform stack of blocks if absent. */
  readonly architecture?: string;
  /** The expressions behind the branch scale, the scale of the skip path and the survival probability. */
  readonly alpha?: string;
  readonly skipExpression?: string;
  readonly survival?: string;
}

/** What enters a predicted network (docs/conventions.md). */
export interface PredictedInput {
  /** s_0, the variance of what enters block 1. */
  readonly inputVariance?: Magnitude;
  /** Older documents have this in its place: `paper` is 0, `unit-input` 1. */
  readonly convention?: Convention;
  /** c = s_0/b, where every branch adds the same variance b: q_i = 1/(c + i). */
  readonly inputOverBranch?: Magnitude;
}

/** The law of the number of branches that a predicted network's signal went through. */
export interface PathLengthsDocument extends PredictedNetwork, PredictedInput {
  readonly kind: "path-lengths";
  readonly format?: DocumentFormat;
  readonly activation: Activation;
  readonly depth: Count;
  /** How the law was computed; `fast-poisson-binomial` has only absolute accuracy, `absoluteErrorBound`. */
  readonly method?: "harmonic" | "binomial" | "poisson-binomial" | "fast-poisson-binomial" | "mixture";
  readonly absoluteErrorBound?: Magnitude;
  readonly mean: Magnitude;
  readonly variance: Magnitude;
  /** P(K ≤ k) by k. */
  readonly within: Readonly<Record<string, Magnitude>>;
  /** P(K > k) by k, summed from the tail, not 1 − within. */
  readonly beyond: Readonly<Record<string, Magnitude>>;
  /** The smallest k with P(K ≤ k) ≥ p, by p. */
  readonly quantiles: Readonly<Record<string, Natural>>;
  /**
   * P(K = k) for k = `pmfFrom`, `pmfFrom` + 1, … (0, 1, … if absent); what is not listed is `omittedMass`.
   *
   * @minItems 1
   */
  readonly pmf: readonly Magnitude[];
  readonly pmfFrom?: Natural;
  readonly omittedMass: number;
  /** The same question for the other input, 0 beside others and 1 beside 0, where both can be. */
  readonly otherInput?: PredictedInput & { readonly within: Readonly<Record<string, Magnitude>> };
  readonly provenance?: Provenance;
}

/**
 * Numbers that are predicted, by block; null where beyond float64.
 *
 * @minItems 1
 */
export type PredictedSeries = readonly (number | null)[];

/** What the closed forms say of the variances of every block. */
export interface VarianceProfileDocument extends PredictedNetwork, PredictedInput {
  readonly kind: "variance-profile";
  readonly format?: DocumentFormat;
  readonly activation: Activation;
  readonly depth: Count;
  /** What s_i and b_i are (docs/conventions.md). */
  readonly moment?: "batch variance" | "second moment";
  /** s_i and b_i, i = 1…d; null where beyond float64. */
  readonly skip: PredictedSeries;
  readonly branch: PredictedSeries;
  /** The first block whose total variance exceeds float64, or null. */
  readonly overflowBlock: Count | null;
  /** Second moments and squared batch means of both paths by block; the batch variance is their difference. */
  readonly moments?: {
    readonly skipSecondMoment: PredictedSeries;
    readonly skipMeanSquared: PredictedSeries;
    readonly branchSecondMoment: PredictedSeries;
    readonly branchMeanSquared: PredictedSeries;
  };
  /** Convolutional maps: the side of the images, and of the map after each block. */
  readonly imageSize?: Count;
  readonly mapSizes?: readonly Count[];
  /** The first blocks at which a number format fails; null where it does not (docs/schemes.md). */
  readonly precision?: readonly {
    readonly format: string;
    readonly activationOverflow: Count | null;
    readonly varianceOverflow: Count | null;
    readonly underflow: Count | null;
    readonly branchLost: Count | null;
    readonly skipLost: Count | null;
  }[];
  /** log10 of E‖∂L/∂x‖² at the input of the first block over that at the output of the last; absent where it is infinite. */
  readonly gradientGrowth?: number;
  readonly provenance?: Provenance;
}

/** What of a law does not go together. @internal */
export function inconsistencyOfPathLengths(
  law: Pick<PathLengthsDocument, "within" | "beyond" | "depth" | "pmf" | "pmfFrom">,
): Complaint | undefined {
  const { within, beyond, depth, pmf, pmfFrom = 0 } = law;
  return (
    requireWholeKeys("within", within) ??
    requireWholeKeys("beyond", beyond) ??
    (pmfFrom + pmf.length - 1 > depth
      ? wrong("depth", depth, `at least ${pmfFrom + pmf.length - 1}, the greatest length in pmf`)
      : undefined)
  );
}

/** What of a predicted profile does not go together. @internal */
export function inconsistencyOfVarianceProfile(profile: VarianceProfileDocument): Complaint | undefined {
  const { skip, branch, depth, moments, mapSizes } = profile;
  const ofMoments = Object.entries(moments ?? {}).map(([name, list]) => [`moments.${name}`, list]);
  return requireLengths(
    { skip, branch, mapSizes, ...Object.fromEntries(ofMoments) },
    { count: depth, of: "depth" },
  );
}
