import { type MarginKind, marginOf } from "../../compare/margin.js";
import { slopeAgainstBlock } from "../../compare/slope.js";
import { InvalidArgumentError } from "../../network/errors.js";
import type { SampleQuantity } from "../../network/settings/sample-run.js";
import type { RecordedStatistic, TrialRecord } from "../forward/trial-record.js";
import type { LengthLaw } from "./average-law.js";

/** The predicted moments of one path at the recorded blocks, as far as they lie within float64. */
export type PredictedSeries = Readonly<Record<RecordedStatistic, readonly number[]>>;

/** What the path lengths of a record are read from. */
export type SharesRecord = Pick<TrialRecord, "shares">;

/** A number that every trial gives and the theory predicts. */
export interface Quantity<Trial = TrialRecord> {
  /** What it is called in a table and in a verdict. */
  readonly label: string;
  readonly theory: number;
  /** How far its expectation may lie from the theory and still agree. */
  readonly margin: number;
  readonly of: (record: Trial) => number;
  /** A product of a factor for each block, whose mean may be carried by rare networks. */
  readonly isGrowth?: boolean;
}

/** The number that decides how many networks are enough: the one asked for, or the first of those there are. */
export function chooseQuantity<Trial>(
  asked: SampleQuantity | undefined,
  candidates: Readonly<Partial<{ [Name in SampleQuantity]: Quantity<Trial> }>>,
): Quantity<Trial> {
  const names = (Object.keys(candidates) as SampleQuantity[]).filter((name) => candidates[name]);
  const quantity = candidates[asked ?? names[0]];
  if (quantity) return quantity;
  throw new InvalidArgumentError("quantity", asked, `one of ${names.join(", ")} here`);
}

/** Where the lengths of a quantity are read, and the share of the theory that is its margin. */
export interface LengthsPlace {
  readonly law: LengthLaw;
  /** Number of the block among those whose shares are recorded. */
  readonly place: number;
  readonly suffix: string;
  readonly share?: number;
}

/** Σ_k k·share_k after a block. */
export function meanLengthQuantity({ law, place, suffix, share }: LengthsPlace): Quantity<SharesRecord> {
  return {
    label: `mean length${suffix}`,
    theory: law.mean,
    margin: marginOf(law.mean, { share }),
    of: ({ shares }) => shares[place].share.reduce((sum, one, k) => sum + k * one, 0),
  };
}

/** P(K ≤ k) there. */
export function withinQuantity(
  { law, place, suffix, share }: LengthsPlace,
  k: number,
): Quantity<SharesRecord> {
  return {
    label: `P(K ≤ ${k})${suffix}`,
    theory: law.cdf(k),
    margin: marginOf(law.cdf(k), { kind: "probability", share }),
    of: ({ shares }) => shares[place].share.subarray(0, k + 1).reduce((sum, one) => sum + one, 0),
  };
}

/** What is predicted of some blocks. */
export interface BlockStatisticsPrediction {
  readonly blocks: Int32Array;
  readonly skip: PredictedSeries;
  readonly branch: PredictedSeries;
  readonly input: PredictedSeries;
}

export interface GrowthOptions {
  readonly slopeFrom: number;
  /** The share of the theory that is the margin, where it is not the usual one. */
  readonly share?: number;
  /** Whether the squared means are those of maps, of whose pixels the prediction follows less. */
  readonly isOfMaps: boolean;
}

/**
 * What a normalised branch makes linear in the block: slopes over the recorded blocks from `slopeFrom` on, the mean branch
 * variance, the variance that the last block is given.
 */
export function growthQuantities(prediction: BlockStatisticsPrediction, options: GrowthOptions) {
  const { blocks, skip, branch, input } = prediction;
  const { slopeFrom, share, isOfMaps } = options;
  const last = blocks.length - 1;
  const first = 1 + blocks.findIndex((block) => block >= slopeFrom);
  const slope = (values: ArrayLike<number>) => slopeAgainstBlock(values, first, blocks);
  const predicted = (theory: number, kind?: MarginKind) => ({
    theory,
    margin: marginOf(theory, { kind, share }),
  });
  return {
    skip: {
      label: "slope of the skip variance",
      ...predicted(slope(skip.variance)),
      of: (record) => slope(record.skip.variance),
    },
    skipSecondMoment: {
      label: "slope of the skip path's second moment",
      ...predicted(slope(skip.secondMoment)),
      of: (record) => slope(record.skip.secondMoment),
    },
    movingMeanSquared: {
      label: "slope of the squared moving mean",
      ...predicted(slope(input.meanSquared), isOfMaps ? "few-networks" : "number"),
      of: (record) => slope(record.input.meanSquared),
    },
    branch: {
      label: "branch variance, mean over blocks",
      ...predicted(mean(branch.variance)),
      of: (record) => mean(record.branch.variance),
    },
    lastMovingVariance: {
      label: "variance before the last block",
      ...predicted(input.variance[last]),
      of: (record) => record.input.variance[last],
    },
  } satisfies Record<string, Quantity>;
}

/** The second moment that the last block is given, relative to its prediction: for a network that grows geometrically. */
export function sizeQuantity({ blocks, input }: BlockStatisticsPrediction, share?: number): Quantity {
  const last = blocks.length - 1;
  return {
    label: "second moment before the last block / its prediction",
    theory: 1,
    margin: marginOf(1, { share }),
    isGrowth: true,
    of: (record) => record.input.secondMoment[last] / input.secondMoment[last],
  };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
