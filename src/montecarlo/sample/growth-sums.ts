import { RunningMeans } from "../../compare/running-means.js";
import type { SampledSeries } from "../../network/documents/verdict.js";
import type { RecordedStatistic, TrialRecord } from "../forward/trial-record.js";
import { NumberSums } from "./number-sums.js";
import type { PreparedSample } from "./prepare-sample.js";
import { growthQuantities, sizeQuantity } from "./quantities.js";
import { growsSteadily } from "./slopes.js";

/** The series by block that a document has, by its field. */
const SERIES = {
  skip: ["skip", "variance"],
  branch: ["branch", "variance"],
  skipSecondMoment: ["skip", "secondMoment"],
  branchSecondMoment: ["branch", "secondMoment"],
  skipMeanSquared: ["skip", "meanSquared"],
  branchMeanSquared: ["branch", "meanSquared"],
  skipChannelVariance: ["skip", "channelVariance"],
  branchChannelVariance: ["branch", "channelVariance"],
  movingMeanSquared: ["input", "meanSquared"],
  movingVariance: ["input", "variance"],
} as const satisfies Record<string, readonly ["skip" | "branch" | "input", RecordedStatistic]>;
type SeriesName = keyof typeof SERIES;
const NAMES = Object.keys(SERIES) as SeriesName[];

/** What is kept of the series by block of all networks, and of their slopes and averages. */
export class GrowthSums {
  readonly #prepared: Pick<PreparedSample, "network" | "plan" | "slopeFrom" | "moments">;
  readonly #series = NAMES.map((name) => ({ name, means: new RunningMeans() }));
  readonly #isSteady: boolean;
  readonly #numbers: NumberSums<TrialRecord>;

  constructor(prepared: Pick<PreparedSample, "network" | "plan" | "slopeFrom" | "moments">) {
    const { network, moments, slopeFrom } = prepared;
    this.#prepared = prepared;
    this.#isSteady = growsSteadily(network);
    this.#numbers = new NumberSums(
      this.#isSteady ? steadyQuantities(growthQuantities(moments, slopeFrom)) : [sizeQuantity(moments)],
    );
  }

  add(record: TrialRecord): void {
    for (const { name, means } of this.#series) {
      const [path, statistic] = SERIES[name];
      means.add(record[path][statistic]);
    }
    this.#numbers.add(record);
  }

  /** The series by block with their slopes, averages and predictions. */
  judged() {
    const { plan, network, slopeFrom, moments } = this.#prepared;
    const { comparisons, numbers } = this.#numbers.judged();
    const [skip, skipSecondMoment, movingMeanSquared, branch, lastMovingVariance] = comparisons;
    return {
      series: {
        ...(plan.recordedBlocks.length < network.depth ? { blocks: plan.recordedBlocks } : {}),
        ...(Object.fromEntries(this.#series.map(({ name, means }) => [name, means.series()])) as Record<
          SeriesName,
          SampledSeries
        >),
      },
      predicted: {
        skip: moments.skip.variance.map(orNull),
        branch: moments.branch.variance.map(orNull),
        skipSecondMoment: moments.skip.secondMoment.map(orNull),
        movingMeanSquared: moments.input.meanSquared.map(orNull),
      },
      steady: this.#isSteady
        ? {
            ...(slopeFrom > 1 ? { slopeFrom } : {}),
            averages: { branch, lastMovingVariance },
            slopes: { skip, skipSecondMoment, movingMeanSquared },
          }
        : undefined,
      size: this.#isSteady ? undefined : comparisons[0],
      numbers,
    };
  }
}

function steadyQuantities(quantities: ReturnType<typeof growthQuantities>) {
  const { skip, skipSecondMoment, movingMeanSquared, branch, lastMovingVariance } = quantities;
  return [skip, skipSecondMoment, movingMeanSquared, branch, lastMovingVariance];
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
