import { RunningMeans } from "../../compare/running-means.js";
import type { Comparison, NotJudged, SampledSeries } from "../../network/documents/verdict.js";
import type { RecordedStatistic, TrialRecord } from "../forward/trial-record.js";
import { CurveSums } from "./curve-sums.js";
import { growthCurves, isOfMaps } from "./growth-curves.js";
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

/** What a sample's verdict is not about. */
const NOT_JUDGED: readonly NotJudged[] = [{ label: "other moments by block", reason: "the variances are" }];

type Prepared = Pick<PreparedSample, "network" | "plan" | "slopeFrom" | "moments" | "judgement">;

/** What is kept of the series by block of all networks, and of their slopes, averages and contrasts. */
export class GrowthSums {
  readonly #prepared: Prepared;
  readonly #series = NAMES.map((name) => ({ name, means: new RunningMeans() }));
  readonly #isSteady: boolean;
  readonly #numbers: NumberSums<TrialRecord>;
  readonly #curves: readonly CurveSums<TrialRecord>[];

  constructor(prepared: Prepared) {
    const { network, moments } = prepared;
    this.#prepared = prepared;
    this.#isSteady = growsSteadily(network);
    this.#numbers = new NumberSums(
      this.#isSteady
        ? steadyQuantities(growthQuantities(moments, growthOptions(prepared)))
        : [sizeQuantity(moments, prepared.judgement.margin)],
    );
    this.#curves = growthCurves(prepared).map((curve) => new CurveSums(curve));
  }

  add(record: TrialRecord): void {
    for (const { name, means } of this.#series) {
      const [path, statistic] = SERIES[name];
      means.add(record[path][statistic]);
    }
    this.#numbers.add(record);
    for (const curve of this.#curves) curve.add(record);
  }

  /** All that is judged together: the slopes and averages, or the size at the end, and the contrasts of the curves. */
  numbers() {
    return [...this.#numbers.numbers(), ...this.#curves.flatMap((curve) => curve.numbers())];
  }

  notJudged(): NotJudged[] {
    return [...this.#curves.flatMap((curve) => curve.notJudged() ?? []), ...NOT_JUDGED];
  }

  /** The series by block with their slopes, averages, curves and predictions, of the comparisons of {@link numbers} as judged. */
  judged(comparisons: readonly Comparison[]) {
    const { plan, network, slopeFrom, moments } = this.#prepared;
    const [skip, skipSecondMoment, movingMeanSquared, branch, lastMovingVariance] = comparisons;
    let next = this.#numbers.numbers().length;
    const curves = this.#curves.flatMap((curve) => {
      const from = next;
      next += curve.numbers().length;
      return curve.judged(comparisons.slice(from, next)) ?? [];
    });
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
      curves,
    };
  }
}

/** How the slopes of a prepared sample are fitted and judged. */
export function growthOptions({ network, slopeFrom, judgement }: Prepared) {
  return { slopeFrom, share: judgement.margin, isOfMaps: isOfMaps(network) };
}

function steadyQuantities(quantities: ReturnType<typeof growthQuantities>) {
  const { skip, skipSecondMoment, movingMeanSquared, branch, lastMovingVariance } = quantities;
  return [skip, skipSecondMoment, movingMeanSquared, branch, lastMovingVariance];
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
