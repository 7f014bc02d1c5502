/** The documents of sampled networks (docs/statistics.md). */

import type { BranchActivation } from "../activations.js";
import { type Complaint, wrong } from "../checks/complaint.js";
import type { SchemeName } from "../schemes/index.js";
import type { NetworkChoices } from "../settings/network-choices.js";
import {
  inEntries,
  listsOfSeries,
  requireAscending,
  requireLengths,
  requireWholeKeys,
} from "./consistency.js";
import type {
  DocumentFormat,
  Magnitude,
  Natural,
  PerhapsMagnitude,
  PerhapsNumber,
  Positive,
  Series,
} from "./numbers.js";
import type { PredictedSeries } from "./prediction.js";
import type { Provenance } from "./provenance.js";
import type { Comparison, SampledSeries, Verdict } from "./verdict.js";

/** How the sampler attributes the output to path lengths (docs/statistics.md). */
export type Attribution = "covariance" | "second-moment";

/** The networks that were drawn; older documents leave choices out. */
export interface SampleSettings extends Partial<NetworkChoices> {
  readonly scheme: SchemeName;
  readonly alpha?: string;
  readonly skipExpression?: string;
  readonly survival?: string;
  readonly activation: BranchActivation;
  /** The name of a real network, such as "wrn-16-4"; a uniform stack of blocks if absent. */
  readonly architecture?: string;
  /** The variance of what enters block 1; 1 if absent. */
  readonly inputVariance?: Magnitude;
  readonly depth: Positive;
  /** Features of every block; of a convolutional network the channels. */
  readonly width: Positive;
  readonly inputDimension: Positive;
  /** Convolutional networks: the side of the maps, and what the images are. */
  readonly imageSize?: Positive;
  readonly images?: string;
  readonly dataChecksums?: Readonly<Record<string, string>>;
  readonly batch: Positive;
  readonly trials: Positive;
  readonly seed: Natural;
  /** Whether the weights were drawn, or what they make of the batch. */
  readonly sampler?: "direct" | "gram";
}

/** The precision that a run was asked for. */
export interface SamplePrecision {
  /** The number whose standard error it is about. */
  readonly quantity: string;
  readonly asked: Magnitude;
  readonly reached: boolean;
}

/** What every sample holds, whether it was split by path length or not. */
export interface SampledBlocks extends SampleSettings {
  /**
   * The blocks that the series below are about, where they are not all of 1…d.
   *
   * @minItems 1
   */
  readonly blocks?: readonly Positive[];
  /** Batch variance of the skip path after its scale, mean over features, by block. */
  readonly skip: SampledSeries;
  /** Batch variance of the residual branch after its scale, mean over features, by block. */
  readonly branch: SampledSeries;
  /** Second moment of the skip path and of the branch, mean over batch and features, by block. */
  readonly skipSecondMoment: SampledSeries;
  readonly branchSecondMoment: SampledSeries;
  /** Squared batch mean of the skip path and of the branch, mean over features, by block. */
  readonly skipMeanSquared?: SampledSeries;
  readonly branchMeanSquared?: SampledSeries;
  /** Variance over the features of one input, mean over the batch (LayerNorm's), by block. */
  readonly skipChannelVariance?: SampledSeries;
  readonly branchChannelVariance?: SampledSeries;
  /** Squared batch mean of the block's input, mean over features (the square of BatchNorm's moving mean). */
  readonly movingMeanSquared: SampledSeries;
  /** Batch variance of the block's input, mean over features (BatchNorm's moving variance). */
  readonly movingVariance: SampledSeries;
  /** The first block of the slopes; 1 if absent. */
  readonly slopeFrom?: Positive;
  /** Normalised networks only: least-squares slopes of the arrays above against the block index, by trial. */
  readonly slopes?: {
    readonly skip: Comparison;
    readonly skipSecondMoment: Comparison;
    readonly movingMeanSquared: Comparison;
  };
  /** Normalised networks only: the branch variance's mean over the blocks, the moving variance of the last block. */
  readonly averages?: { readonly branch: Comparison; readonly lastMovingVariance: Comparison };
  readonly precision?: SamplePrecision;
  readonly verdict: Verdict;
  readonly provenance?: Provenance;
}

/** What an infinitely wide network gives for the arrays of a sample, at the same batch size and blocks. */
export interface PredictedBlocks {
  readonly skip: PredictedSeries;
  readonly branch: PredictedSeries;
  /** Older documents leave it out. */
  readonly skipSecondMoment?: PredictedSeries;
  readonly movingMeanSquared: PredictedSeries;
}

/**
 * What is predicted of `shares`.
 *
 * @minItems 1
 */
export type PredictedShares = readonly number[];

/** The path lengths after a block. */
export interface SampledLengths {
  /** share_k, k = 0, 1, …; the last entry holds all longer paths too. */
  readonly shares: SampledSeries;
  readonly meanLength: Comparison;
  /** P(K ≤ k) by k. */
  readonly within: Readonly<Record<string, Comparison>>;
}

/** Sampled networks whose output is split by path length. */
export interface SampleDocument extends SampledBlocks, SampledLengths {
  readonly kind: "sample";
  readonly format?: DocumentFormat;
  readonly attribution: Attribution;
  readonly predicted: PredictedBlocks & { readonly shares: PredictedShares };
  /** The path lengths after earlier blocks, where asked for. */
  readonly atBlocks?: readonly (SampledLengths & {
    readonly block: Positive;
    readonly predicted: { readonly shares: PredictedShares };
  })[];
}

/** What a variance sample lacks that was once a convolutional one (src/network/older-documents.ts). */
type OnceLeftOut = "inputDimension" | "branchSecondMoment" | "movingVariance";

/** Sampled networks of which only the statistics by block were taken. */
export interface VarianceSampleDocument extends Omit<SampledBlocks, OnceLeftOut> {
  readonly kind: "variance-sample";
  readonly format?: DocumentFormat;
  readonly inputDimension?: Positive;
  readonly branchSecondMoment?: SampledSeries;
  readonly movingVariance?: SampledSeries;
  /** The moment that path lengths would be counted in; older documents leave it out. */
  readonly attribution?: Attribution;
  /** Other networks: the second moment that the last block is given, over its prediction. */
  readonly size?: Comparison;
  readonly predicted: PredictedBlocks;
}

/** Gradients through sampled networks, from the output back. */
export interface BackwardSampleDocument extends SampleSettings, SampledLengths {
  readonly kind: "backward-sample";
  readonly format?: DocumentFormat;
  /**
   * The blocks that the series is about, where they are not all of 1…d.
   *
   * @minItems 1
   */
  readonly blocks?: readonly Positive[];
  /** ‖∂L/∂x‖² at the input of each block over that at the output; null beyond float64. */
  readonly squaredNorm: SampledSeries;
  /** That of the first block, over its prediction. */
  readonly growth: Comparison;
  /** The branches that the gradient at the inputs of later blocks has come back through, where asked for. */
  readonly atBlocks?: readonly (SampledLengths & {
    readonly block: Positive;
    readonly predicted: { readonly shares: PredictedShares };
  })[];
  readonly predicted: {
    /** The natural logarithms of the squared norms, which are finite. */
    readonly logSquaredNorm: Series;
    readonly shares: PredictedShares;
  };
  readonly precision?: SamplePrecision;
  readonly verdict: Verdict;
  readonly provenance?: Provenance;
}

/** A number at several sizes, and in the limit. */
export interface ExtrapolatedRow {
  /** Such as "mean length" or "P(K ≤ 15)". */
  readonly label: string;
  /** In the order of `sizes`; the theory is that of an infinite width, at each batch size. */
  readonly points: readonly Comparison[];
  /** The intercept of the fitted line, against the theory of the limit. */
  readonly limit: Comparison;
  /** By how much the number moves with 1/size. */
  readonly slope: PerhapsNumber;
  readonly slopeError: PerhapsMagnitude;
  /** Σ ((point − line)/se)², with two degrees of freedom fewer than there are sizes. */
  readonly chiSquare: PerhapsMagnitude;
}

/** Samples at several widths, or batch sizes, extrapolated in 1/width, or 1/batch. */
export interface SampleExtrapolationDocument extends Omit<SampleSettings, "width" | "batch" | "trials"> {
  readonly kind: "sample-extrapolation";
  readonly format?: DocumentFormat;
  readonly along: "width" | "batch";
  /**
   * The widths or batch sizes, ascending, and the networks of each.
   *
   * @minItems 1
   */
  readonly sizes: readonly Positive[];
  /** @minItems 1 */
  readonly trials: readonly Positive[];
  /** The size that is the same everywhere. */
  readonly width?: Positive;
  readonly batch?: Positive;
  /** @minItems 1 */
  readonly numbers: readonly ExtrapolatedRow[];
  readonly verdict: Verdict;
  readonly provenance?: Provenance;
}

/** What of the series by block of a sample does not go together. @internal */
export function inconsistencyOfSampledBlocks(
  sample: SampleDocument | VarianceSampleDocument,
): Complaint | undefined {
  const { skip, branch, skipSecondMoment, branchSecondMoment, skipMeanSquared, branchMeanSquared } = sample;
  const { skipChannelVariance, branchChannelVariance, movingMeanSquared, movingVariance, predicted } = sample;
  return (
    inconsistencyOfBlocks(sample) ??
    requireLengths(
      {
        ...listsOfSeries({ skip, branch, skipSecondMoment, branchSecondMoment }),
        ...listsOfSeries({ skipMeanSquared, branchMeanSquared, skipChannelVariance, branchChannelVariance }),
        ...listsOfSeries({ movingMeanSquared, movingVariance }),
        "predicted.skip": predicted.skip,
        "predicted.branch": predicted.branch,
        "predicted.skipSecondMoment": predicted.skipSecondMoment,
        "predicted.movingMeanSquared": predicted.movingMeanSquared,
      },
      countOfBlocks(sample),
    )
  );
}

/** What of a sample that is split by path length does not go together. @internal */
export function inconsistencyOfSample(sample: SampleDocument): Complaint | undefined {
  return inconsistencyOfSampledBlocks(sample) ?? inconsistencyOfLengths(sample);
}

/** What of a sample that is not split does not go together: it has slopes or a size to show. @internal */
export function inconsistencyOfVarianceSample(sample: VarianceSampleDocument): Complaint | undefined {
  const isShown = sample.slopes !== undefined || sample.size !== undefined;
  return (
    inconsistencyOfSampledBlocks(sample) ??
    (isShown ? undefined : { path: "size", kind: "missing", allowed: "given" })
  );
}

/** What of a sample of gradients does not go together. @internal */
export function inconsistencyOfBackwardSample(sample: BackwardSampleDocument): Complaint | undefined {
  const { squaredNorm, predicted } = sample;
  return (
    inconsistencyOfBlocks(sample) ??
    requireLengths(
      { ...listsOfSeries({ squaredNorm }), "predicted.logSquaredNorm": predicted.logSquaredNorm },
      countOfBlocks(sample),
    ) ??
    inconsistencyOfLengths(sample)
  );
}

/** What of samples at several sizes does not go together. @internal */
export function inconsistencyOfExtrapolation(document: SampleExtrapolationDocument): Complaint | undefined {
  const { sizes, trials, numbers } = document;
  const bySize = { count: sizes.length, of: "sizes" };
  return (
    requireAscending("sizes", sizes) ??
    requireLengths({ trials }, bySize) ??
    inEntries("numbers", numbers, ({ points }) => requireLengths({ points }, bySize))
  );
}

function inconsistencyOfBlocks({
  blocks,
  depth,
}: {
  readonly blocks?: readonly number[];
  readonly depth: number;
}): Complaint | undefined {
  if (!blocks) return undefined;
  const last = blocks[blocks.length - 1];
  return (
    requireAscending("blocks", blocks) ??
    (last > depth ? wrong(`blocks[${blocks.length - 1}]`, last, `at most depth, ${depth}`) : undefined)
  );
}

function countOfBlocks({ blocks, depth }: { readonly blocks?: readonly number[]; readonly depth: number }) {
  return blocks ? { count: blocks.length, of: "blocks" } : { count: depth, of: "depth" };
}

type Lengths = SampledLengths & { readonly predicted: { readonly shares: readonly number[] } };

function inconsistencyOfLengths({
  atBlocks = [],
  ...last
}: Lengths & { readonly atBlocks?: readonly Lengths[] }): Complaint | undefined {
  const ofOne = ({ shares, within }: Lengths) =>
    requireLengths({ "shares.se": shares.se }, { count: shares.mean.length, of: "shares.mean" }) ??
    requireWholeKeys("within", within);
  return ofOne(last) ?? inEntries("atBlocks", atBlocks, ofOne);
}
