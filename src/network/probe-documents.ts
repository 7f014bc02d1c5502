import type { SchemeName } from "./schemes/index.js";

/** A residual block of a network while it is trained. Null stands for what is not finite. Statistics are over batch and space, averaged over channels. */
export interface ProbedBlock {
  /** 1…d. */
  readonly block: number;
  readonly stage: number;
  /** The skip path goes through a projection. */
  readonly transition: boolean;
  /** Variances of the skip path and of the branch, behind their scales: s and b. */
  readonly skip: number | null;
  readonly branch: number | null;
  /** Squared means of the two. */
  readonly skipMeanSquared: number | null;
  readonly branchMeanSquared: number | null;
  /** The moving averages of the block's first batch normalisation: the variance, and the squared mean. */
  readonly movingVariance?: number | null;
  readonly movingMeanSquared?: number | null;
  /** The learned factor of the branch; the root mean square of those by channel. */
  readonly alpha?: number | null;
  /** Of the gradient by all that the block learns. */
  readonly gradientNorm: number | null;
}

/** A law of the number of branches traversed. */
export interface ProbedLaw {
  /** P(K = 0), P(K = 1), … up to the last that is not below 1e-9. */
  readonly pmf: readonly number[];
  readonly mean: number;
  /** The smallest k with P(K ≤ k) ≥ 0.97. */
  readonly quantile97: number;
}

/** The law that is found by carrying components through the network. */
export interface CarriedLaw extends ProbedLaw {
  /** The share of the output's variance that biases and shifts make; the law is that of the rest, and adds up to 1. */
  readonly constantShare: number;
  /** The last of the pmf is for so many branches or more, and counts as so many in the mean; absent: all are apart. */
  readonly lumpedFrom?: number;
}

/** A line of `probe.jsonl`: a network at one step, on a batch that is always the same (docs/probes.md). */
export interface ProbeDocument {
  readonly kind: "probe";
  readonly model: string;
  readonly scheme: SchemeName;
  readonly alpha?: string;
  readonly depth: number;
  /** In the batch. */
  readonly images: number;
  /** Where they are from. */
  readonly imagesFrom: "test" | "train";
  /** Steps taken, 0 before the first. */
  readonly step: number;
  readonly epoch: number;
  /** The mean loss of the batch, with the batch's own statistics and without the L2 term. */
  readonly loss: number | null;
  readonly stemGradientNorm: number | null;
  readonly headGradientNorm: number | null;
  /** Poisson-binomial in q = b/(s + b); null where a variance is not finite or both are 0. */
  readonly fromProfile: ProbedLaw | null;
  /** Null where the signal is not finite, does not vary or is all constant. */
  readonly carried: CarriedLaw | null;
  readonly blocks: readonly ProbedBlock[];
}

/** The probes of one run or of some, in the order of their steps: what a picture is drawn of. */
export interface ProbesDocument {
  readonly kind: "probes";
  readonly runs: readonly (readonly ProbeDocument[])[];
}
