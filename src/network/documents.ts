/**
 * The result documents: what every command prints with `--json`, and all that a plot needs. Plain JSON; a number
 * that does not exist in float64 (overflow) is null.
 */
import type {
  ComparisonDocument,
  DesignDocument,
  MeasuredPathLengthsDocument,
} from "./comparison-documents.js";
import type {
  BackwardSampleDocument,
  SampleDocument,
  SampleExtrapolationDocument,
  VarianceSampleDocument,
} from "./sample-documents.js";
import type { Activation, Convention, SchemeName } from "./scheme.js";
import type { Comparison, SampledSeries, Verdict } from "./verdict.js";

/** What made a document. */
export interface Provenance {
  readonly version: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly created: string;
  readonly wallSeconds: number;
  readonly node: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly platform: string };
  readonly backend?: string;
}

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

export interface PathLengthsDocument extends PredictedNetwork {
  readonly kind: "path-lengths";
  readonly activation: Activation;
  readonly depth: number;
  readonly convention: Convention;
  /** How the law was computed; `fast-poisson-binomial` has only absolute accuracy, `absoluteErrorBound`. */
  readonly method?: "harmonic" | "binomial" | "poisson-binomial" | "fast-poisson-binomial" | "mixture";
  readonly absoluteErrorBound?: number;
  readonly mean: number;
  readonly variance: number;
  /** P(K ≤ k) by k. */
  readonly within: Readonly<Record<string, number>>;
  /** P(K > k) by k, summed from the tail, not 1 − within. */
  readonly beyond: Readonly<Record<string, number>>;
  readonly quantiles: Readonly<Record<string, number>>;
  /** P(K = k) for k = `pmfFrom`, `pmfFrom` + 1, … (0, 1, … if absent); what is not listed is `omittedMass`. */
  readonly pmf: readonly number[];
  readonly pmfFrom?: number;
  readonly omittedMass: number;
  /** The same question under the other convention, for normalised schemes. */
  readonly otherConvention?: {
    readonly convention: Convention;
    readonly within: Readonly<Record<string, number>>;
  };
  readonly provenance?: Provenance;
}

export interface VarianceProfileDocument extends PredictedNetwork {
  readonly kind: "variance-profile";
  readonly activation: Activation;
  readonly depth: number;
  readonly convention: Convention;
  /** What s_i and b_i are (docs/conventions.md). */
  readonly moment?: "batch variance" | "second moment";
  /** s_i and b_i, i = 1…d; null where beyond float64. */
  readonly skip: readonly (number | null)[];
  readonly branch: readonly (number | null)[];
  /** The first block whose total variance exceeds float64, or null. */
  readonly overflowBlock: number | null;
  /** Second moments and squared batch means of both paths by block; the batch variance is their difference. */
  readonly moments?: {
    readonly skipSecondMoment: readonly (number | null)[];
    readonly skipMeanSquared: readonly (number | null)[];
    readonly branchSecondMoment: readonly (number | null)[];
    readonly branchMeanSquared: readonly (number | null)[];
  };
  /** Convolutional maps: the side of the images, and of the map after each block. */
  readonly imageSize?: number;
  readonly mapSizes?: readonly number[];
  /** The first blocks at which a number format fails; null where it does not (docs/schemes.md). */
  readonly precision?: readonly {
    readonly format: string;
    readonly activationOverflow: number | null;
    readonly varianceOverflow: number | null;
    readonly underflow: number | null;
    readonly branchLost: number | null;
    readonly skipLost: number | null;
  }[];
  /** log10 of E‖∂L/∂x‖² at the input of the first block over that at the output of the last. */
  readonly gradientGrowth?: number;
  readonly provenance?: Provenance;
}

/** A block's variances in a live network, before or after training. */
export interface MeasuredBlock {
  /** 1…d. */
  readonly block: number;
  /** Stage 1…3, and whether the skip path of this block goes through a projection. */
  readonly stage: number;
  readonly transition: boolean;
  /** Batch variance of the skip path and the branch (over batch and space, mean over channels). */
  readonly skip: number;
  readonly branch: number;
  /** The branch scalar, where the scheme has one. */
  readonly alpha?: number;
}

export interface RunDocument {
  readonly kind: "run";
  readonly model: string;
  readonly scheme: SchemeName;
  readonly alpha?: string;
  readonly depth: number;
  readonly parameters: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly imageSize: number;
  readonly outcome: "trained" | "stalled" | "diverged";
  /** One sentence: what the outcome was judged by; for `diverged`, the step. */
  readonly reason: string;
  readonly steps: number;
  readonly loss: {
    /** Of the first and the last step. */
    readonly first: number | null;
    readonly last: number | null;
    /** Mean over the last steps, which the outcome was judged by; absent when the run diverged. */
    readonly judged?: { readonly mean: number; readonly se: number; readonly steps: number };
  };
  /** The training loss of every step; null where it was not finite. */
  readonly lossCurve: readonly (number | null)[];
  readonly testAccuracy: number | null;
  readonly testImages: number;
  /** Such as `cifar100`. */
  readonly dataSet?: string;
  readonly trainingImages?: number;
  readonly schedule?: string;
  /** Absent: none. */
  readonly warmup?: { readonly steps: number } | { readonly epochs: number };
  /** How a step moved the weights. */
  readonly recipe?: {
    readonly momentum: number;
    readonly nesterov: boolean;
    /** The L2 coefficient, and the kinds of parameters that it applied to. */
    readonly l2: number;
    readonly l2On: readonly string[];
    /** Absent: gradients were not clipped. */
    readonly clipNorm?: number;
    readonly labelSmoothing: number;
  };
  readonly augmented?: boolean;
  readonly imagesPerSecond: { readonly median: number; readonly min: number; readonly max: number };
  /** The network's profile on one fixed batch; null entries where not finite. */
  readonly profile: { readonly before: readonly MeasuredBlock[]; readonly after: readonly MeasuredBlock[] };
  /** SHA-256 of the safetensors file of the final weights and moving averages, without `__metadata__` (docs/training.md). */
  readonly weightsSha256?: string;
  readonly dataChecksums: Readonly<Record<string, string>>;
  readonly provenance?: Provenance;
}

/** A number of the validation report: what was found, how sure, and what it should be. */
export interface ClaimNumber {
  readonly label: string;
  readonly value: number | string;
  readonly se?: number;
  readonly theory?: number | string;
  readonly z?: number;
}

export interface Claim {
  readonly id: string;
  readonly title: string;
  /** What the paper says, and where. */
  readonly statement: string;
  readonly numbers: readonly ClaimNumber[];
  readonly verdict: Verdict;
  /** What is smaller than in the paper, or otherwise different. */
  readonly scaledDown: readonly string[];
  /** Base names of this claim's pictures in the report folder. */
  readonly pictures: readonly string[];
}

export interface ValidationDocument {
  readonly kind: "validation";
  readonly quick: boolean;
  readonly seed: number;
  readonly claims: readonly Claim[];
  /** The documents the claims rest on, by name; every picture can be drawn again from them. */
  readonly documents: Readonly<Record<string, ResultDocument>>;
  readonly provenance?: Provenance;
}

export type ResultDocument =
  | PathLengthsDocument
  | MeasuredPathLengthsDocument
  | VarianceProfileDocument
  | ComparisonDocument
  | DesignDocument
  | SampleDocument
  | VarianceSampleDocument
  | BackwardSampleDocument
  | SampleExtrapolationDocument
  | ConvolutionalSampleDocument
  | RunDocument
  | TrainabilityDocument
  | ValidationDocument;

/** Fig 4b: a convolutional ReLU network with BatchNorm on a batch of real images. */
export interface ConvolutionalSampleDocument {
  readonly kind: "convolutional-sample";
  readonly scheme: SchemeName;
  readonly depth: number;
  readonly channels: number;
  readonly imageSize: number;
  readonly batch: number;
  readonly trials: number;
  readonly seed: number;
  readonly skip: SampledSeries;
  readonly branch: SampledSeries;
  readonly skipSecondMoment: SampledSeries;
  readonly movingMeanSquared: SampledSeries;
  /** Slopes against the block index over blocks `slopeFrom`…depth: mean over trials, standard error, theory. */
  readonly slopeFrom: number;
  readonly slopes: {
    readonly skip: Comparison;
    readonly skipSecondMoment: Comparison;
    readonly movingMeanSquared: Comparison;
  };
  /** What infinitely many channels give for the same arrays and images (src/analytic/convolution.ts). */
  readonly predicted: {
    /** The mean share of a kernel's taps that fall inside the map. */
    readonly paddingFactor: number;
    readonly skip: readonly number[];
    readonly branch: readonly number[];
    readonly skipSecondMoment: readonly number[];
    readonly movingMeanSquared: readonly number[];
  };
  readonly dataChecksums: Readonly<Record<string, string>>;
  readonly verdict: Verdict;
  readonly provenance?: Provenance;
}

/** Table 2's pattern at a small scale: the same network under several schemes. */
export interface TrainabilityDocument {
  readonly kind: "trainability";
  readonly runs: readonly RunDocument[];
  readonly provenance?: Provenance;
}
