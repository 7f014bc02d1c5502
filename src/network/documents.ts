/**
 * The result documents: what every command prints with `--json`, and all that a plot needs. Plain JSON; a number
 * that does not exist in float64 (overflow) is null.
 */

import type { Activation } from "./activations.js";
import type {
  ComparisonDocument,
  DesignDocument,
  MeasuredPathLengthsDocument,
} from "./comparison-documents.js";
import type { Convention } from "./convention.js";
import type { ProbesDocument } from "./probe-documents.js";
import type {
  BackwardSampleDocument,
  SampleDocument,
  SampleExtrapolationDocument,
  VarianceSampleDocument,
} from "./sample-documents.js";
import type { SchemeName } from "./schemes/index.js";
import type { NetworkParts, NormPosition } from "./settings/design-choices.js";
import type { Recipe } from "./settings/recipe.js";
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

/** What enters a predicted network (docs/conventions.md). */
export interface PredictedInput {
  /** s_0, the variance of what enters block 1. */
  readonly inputVariance?: number;
  /** Older documents have this in its place: `paper` is 0, `unit-input` 1. */
  readonly convention?: Convention;
  /** c = s_0/b, where every branch adds the same variance b: q_i = 1/(c + i). */
  readonly inputOverBranch?: number;
}

export interface PathLengthsDocument extends PredictedNetwork, PredictedInput {
  readonly kind: "path-lengths";
  readonly activation: Activation;
  readonly depth: number;
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
  /** The same question for the other input, 0 beside others and 1 beside 0, where both can be. */
  readonly otherInput?: PredictedInput & { readonly within: Readonly<Record<string, number>> };
  readonly provenance?: Provenance;
}

export interface VarianceProfileDocument extends PredictedNetwork, PredictedInput {
  readonly kind: "variance-profile";
  readonly activation: Activation;
  readonly depth: number;
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
  /** log10 of E‖∂L/∂x‖² at the input of the first block over that at the output of the last; absent where it is infinite. */
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

/** How a trained network was built under its scheme, where that can be chosen (docs/training.md). */
export interface RunDesign extends NetworkParts {
  /** The expressions of the skip path's scale and of the probability that a branch is kept. */
  readonly skip?: string;
  readonly survival?: string;
  /** Where it normalises; absent: nowhere. */
  readonly normPosition?: NormPosition;
  /** Of GroupNorm. */
  readonly normGroups?: number;
  /** Whether the scale of the branches is learned. */
  readonly alphaLearned: boolean;
  /** Fixup's components. */
  readonly fixup?: readonly number[];
}

/** Side, side and channels of a map; side 1 where there are features. */
export type MapShape = readonly [number, number, number];

/** A part of a network: what goes in and comes out of it for one image, what it learns, and the operations of a forward pass. */
export interface SummarizedPart {
  readonly input: MapShape;
  readonly output: MapShape;
  readonly parameters: number;
  /** Floating-point operations an image, two for each multiply-and-add. */
  readonly operations: number;
}

/** A residual block of a summary, with its predicted variances at initialisation; null beyond float64. */
export interface SummarizedBlock extends SummarizedPart {
  /** 1…d. */
  readonly block: number;
  readonly stage: number;
  readonly transition: boolean;
  readonly layers: readonly { readonly kernel: number; readonly stride: number; readonly width: number }[];
  readonly skip: number | null;
  readonly branch: number | null;
  /** q_i, in the moment that path lengths are counted in. */
  readonly share: number | null;
}

/** What a model is, before it is trained (docs/models.md). */
export interface ModelSummaryDocument {
  readonly kind: "model-summary";
  readonly model: string;
  /** What stands before each weight layer of a branch. */
  readonly activation: Activation;
  readonly scheme: SchemeName;
  readonly alpha?: string;
  readonly design: RunDesign;
  readonly depth: number;
  readonly imageSize: number;
  readonly classes: number;
  readonly batch: number;
  readonly ghostBatch: number;
  readonly workers: number;
  readonly stem: SummarizedPart;
  readonly blocks: readonly SummarizedBlock[];
  readonly head: SummarizedPart;
  readonly parameters: number;
  /** Floating-point operations of a forward pass of one image, and of a training step of the whole batch. */
  readonly operations: { readonly forward: number; readonly step: number };
  /** Bytes of a step in one thread: without recomputation, with as little as it can be, and what there is. */
  readonly memory: {
    readonly none: number;
    /** Blocks a segment, and what the step then takes. */
    readonly least: { readonly segment: number; readonly bytes: number };
    readonly available: number;
  };
  readonly predicted: {
    /** Of the law of the path lengths; null where a block passes nothing on or more than float64 holds. */
    readonly meanLength: number | null;
    readonly quantile97: number | null;
    readonly assumptions: readonly string[];
  };
  readonly provenance?: Provenance;
}

export interface RunDocument {
  readonly kind: "run";
  readonly model: string;
  /** What stood before each weight layer of a branch, where it was not a ReLU. */
  readonly activation?: Activation;
  readonly scheme: SchemeName;
  readonly alpha?: string;
  /** Absent in older documents. */
  readonly design?: RunDesign;
  readonly depth: number;
  readonly parameters: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly imageSize: number;
  readonly outcome: "trained" | "stalled" | "diverged";
  /** The step from which on the run had diverged; its last one otherwise. Absent in older documents. */
  readonly outcomeStep?: number;
  /** One sentence: what the outcome was judged by (docs/training.md). */
  readonly reason: string;
  readonly steps: number;
  readonly loss: {
    /** Of the first and the last step. */
    readonly first: number | null;
    readonly last: number | null;
    /** Mean over the last steps, which the outcome was judged by; absent where a loss was not finite. */
    readonly judged?: { readonly mean: number; readonly se: number; readonly steps: number };
  };
  /** The training loss of every step; null where it was not finite. */
  readonly lossCurve: readonly (number | null)[];
  /** After the last step: the fraction of test images classified correctly; null without test images or a finite loss. */
  readonly testAccuracy: number | null;
  /** The largest of all tests, and the first step after which it was found; absent without a test and in older documents. */
  readonly bestTestAccuracy?: number;
  readonly bestTestStep?: number;
  /** Of each test. */
  readonly testImages: number;
  /** What each test found: after which step, the accuracy, and the mean cross-entropy in nats. */
  readonly tests?: readonly {
    readonly step: number;
    readonly accuracy: number;
    readonly loss: number | null;
  }[];
  /** Such as `cifar100`. */
  readonly dataSet?: string;
  readonly trainingImages?: number;
  /** Of the images; 10 if absent. */
  readonly classes?: number;
  /**
   * Images of a folder that could not be decoded, in whose place others were taken: how many, and the first of them by
   * name. Absent where the images came from elsewhere.
   */
  readonly badImages?: { readonly count: number; readonly names: readonly string[] };
  readonly schedule?: string;
  /** Absent: none. */
  readonly warmup?: { readonly steps: number } | { readonly epochs: number };
  /** How a step moved the weights. */
  readonly recipe?: Recipe;
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
  | ProbesDocument
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
