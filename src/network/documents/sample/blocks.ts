import { type Complaint, wrong } from "../../checks/complaint.js";
import { listsOfSeries, requireAscending, requireLengths } from "../consistency.js";
import type { Count } from "../numbers.js";
import type { PredictedSeries } from "../prediction.js";
import type { Comparison, JudgedCurve, SampledSeries } from "../verdict.js";

/** How the sampler attributes the output to path lengths (docs/statistics.md). */
export type Attribution = "covariance" | "second-moment";

/** What was measured of the blocks of sampled networks. */
export interface SampledBlocks {
  /**
   * The blocks that the series below are about, where they are not all of 1…d.
   *
   * @minItems 1
   */
  readonly blocks?: readonly Count[];
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
  readonly slopeFrom?: Count;
  /** Normalised networks only: least-squares slopes of the arrays above against the block index, by trial. */
  readonly slopes?: {
    readonly skip: Comparison;
    readonly skipSecondMoment: Comparison;
    readonly movingMeanSquared: Comparison;
  };
  /** Series by block against their predictions, by their contrasts; older documents leave them out. */
  readonly curves?: readonly JudgedCurve[];
  /** Normalised networks only: the branch variance's mean over the blocks, the moving variance of the last block. */
  readonly averages?: { readonly branch: Comparison; readonly lastMovingVariance: Comparison };
  /** Other networks: the second moment that the last block is given, over its prediction. */
  readonly size?: Comparison;
}

/** What an infinitely wide network gives for the arrays of a sample, at the same batch size and blocks. */
export interface PredictedBlocks {
  readonly skip: PredictedSeries;
  readonly branch: PredictedSeries;
  /** Older documents leave it out. */
  readonly skipSecondMoment?: PredictedSeries;
  readonly movingMeanSquared: PredictedSeries;
}

/** As much of a sample as says which blocks its series are about. */
interface RecordedBlocks {
  readonly network: { readonly depth: number };
  readonly blocks?: readonly number[];
}

/** What of the series by block of a sample does not go together. @internal */
export function inconsistencyOfSampledBlocks(
  sample: RecordedBlocks & Partial<SampledBlocks> & { readonly predicted: PredictedBlocks },
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

/** What of the blocks that were recorded does not go together. @internal */
export function inconsistencyOfBlocks({ blocks, network }: RecordedBlocks): Complaint | undefined {
  if (!blocks) return undefined;
  const last = blocks[blocks.length - 1];
  return (
    requireAscending("blocks", blocks) ??
    (last > network.depth
      ? wrong(`blocks[${blocks.length - 1}]`, last, `at most depth, ${network.depth}`)
      : undefined)
  );
}

/** How many entries a series by block has, and what says so. @internal */
export function countOfBlocks({ blocks, network }: RecordedBlocks) {
  return blocks ? { count: blocks.length, of: "blocks" } : { count: network.depth, of: "depth" };
}
