import type { Complaint } from "../checks/complaint.js";
import type { SchemeName } from "../schemes/index.js";
import { inEntries, requireAscending, requireBlocks } from "./consistency.js";
import type { Count, DocumentFormat, Magnitude, Natural } from "./numbers.js";

/** A residual block of a network while it is trained. Null stands for what is not finite. Statistics are over batch and space, averaged over channels. */
export interface ProbedBlock {
  /** 1…d. */
  readonly block: Count;
  readonly stage: Count;
  /** The skip path goes through a projection. */
  readonly transition: boolean;
  /** Variances of the skip path and of the branch, behind their scales: s and b. */
  readonly skip: Magnitude | null;
  readonly branch: Magnitude | null;
  /** Squared means of the two. */
  readonly skipMeanSquared: Magnitude | null;
  readonly branchMeanSquared: Magnitude | null;
  /** The moving averages of the block's first batch normalisation: the variance, and the squared mean. */
  readonly movingVariance?: Magnitude | null;
  readonly movingMeanSquared?: Magnitude | null;
  /** The learned factor of the branch; the root mean square of those by channel. */
  readonly alpha?: number | null;
  /** Of the gradient by all that the block learns. */
  readonly gradientNorm: Magnitude | null;
}

/** A law of the number of branches traversed. */
export interface ProbedLaw {
  /**
   * P(K = 0), P(K = 1), … up to the last that is not below 1e-9.
   *
   * @minItems 1
   */
  readonly pmf: readonly number[];
  readonly mean: number;
  /** The smallest k with P(K ≤ k) ≥ 0.97. */
  readonly quantile97: Natural;
}

/** The law that is found by carrying components through the network. */
export interface CarriedLaw extends ProbedLaw {
  /** The share of the output's variance that biases and shifts make; the law is that of the rest, and adds up to 1. */
  readonly constantShare: number;
  /** The last of the pmf is for so many branches or more, and counts as so many in the mean; absent: all are apart. */
  readonly lumpedFrom?: Count;
}

/** A line of `probe.jsonl`: a network at one step, on a batch that is always the same (docs/probes.md). */
export interface ProbeDocument {
  readonly kind: "probe";
  readonly format?: DocumentFormat;
  readonly model: string;
  readonly scheme: SchemeName;
  readonly alpha?: string;
  readonly depth: Count;
  /** In the batch. */
  readonly images: Count;
  /** Where they are from. */
  readonly imagesFrom: "test" | "train";
  /** Steps taken, 0 before the first. */
  readonly step: Natural;
  readonly epoch: Magnitude;
  /** The mean loss of the batch, with the batch's own statistics and without the L2 term. */
  readonly loss: Magnitude | null;
  readonly stemGradientNorm: Magnitude | null;
  readonly headGradientNorm: Magnitude | null;
  /** Poisson-binomial in q = b/(s + b); null where a variance is not finite or both are 0. */
  readonly fromProfile: ProbedLaw | null;
  /** Null where the signal is not finite, does not vary or is all constant. */
  readonly carried: CarriedLaw | null;
  /** @minItems 1 */
  readonly blocks: readonly ProbedBlock[];
}

/**
 * The probes of a run, in the order of their steps.
 *
 * @minItems 1
 */
export type ProbedRun = readonly ProbeDocument[];

/** The probes of one run or of some, in the order of their steps: what a picture is drawn of. */
export interface ProbesDocument {
  readonly kind: "probes";
  readonly format?: DocumentFormat;
  /** @minItems 1 */
  readonly runs: readonly ProbedRun[];
}

/** What of a probe does not go together. @internal */
export function inconsistencyOfProbe({ blocks, depth }: ProbeDocument): Complaint | undefined {
  return requireBlocks("blocks", blocks, depth);
}

/** What of the probes of runs does not go together. @internal */
export function inconsistencyOfProbes({ runs }: ProbesDocument): Complaint | undefined {
  return inEntries(
    "runs",
    runs,
    (run) =>
      inEntries("", run, inconsistencyOfProbe) ??
      requireAscending(
        "steps",
        run.map(({ step }) => step),
      ),
  );
}
