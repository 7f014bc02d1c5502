import type { BatchStatistics } from "../layers/statistics.js";

/** The four numbers of one tensor that are recorded (docs/statistics.md, `src/montecarlo/layers/statistics.ts`). */
export type RecordedStatistic = keyof Pick<
  BatchStatistics,
  "variance" | "meanSquared" | "secondMoment" | "channelVariance"
>;

/** A statistic by recorded block. */
export type BlockSeries = Readonly<Record<RecordedStatistic, Float64Array>>;

/** What one random network showed. */
export interface TrialRecord {
  readonly trial: number;
  /** The blocks that the series are about, ascending, from 1 to the depth. */
  readonly blocks: Int32Array;
  /** Of the skip path and of the branch after their scales, and of what the block is given (BatchNorm's moving statistics). */
  readonly skip: BlockSeries;
  readonly branch: BlockSeries;
  readonly input: BlockSeries;
  /** share_k after block `block`, k = 0, 1, …; the last entry holds all longer paths. One entry for each block asked for. */
  readonly shares: readonly { readonly block: number; readonly share: Float64Array }[];
}
