import { summarizeSeries } from "../../compare/summary.js";
import { judge } from "../../compare/verdict.js";
import type {
  SampleDocument,
  SampleSettings,
  VarianceSampleDocument,
} from "../../network/documents/sample.js";
import { FORMAT } from "../../network/format.js";
import { statisticsOf } from "../../network/normalizers.js";
import { sampleSettingsOf } from "../../network/settings/sample-settings.js";
import type { BlockSeries, TrialRecord } from "../forward/trial-record.js";
import { networkWidth } from "../network/network-geometry.js";
import type { Estimate } from "./estimate.js";
import { type FinishedRun, judgeLengths, judgeTogether, precisionOf, verdictOf } from "./judge-sample.js";
import type { SampledImages } from "./options.js";
import type { PreparedSample } from "./prepare-sample.js";
import { growthQuantities, type Quantity, sizeQuantity } from "./quantities.js";
import { growsSteadily } from "./slopes.js";

/** A sample whose networks are drawn. */
export interface DrawnSample {
  readonly prepared: PreparedSample;
  readonly estimate: Estimate<TrialRecord>;
  readonly images?: SampledImages;
  /** The number that a precision was asked of. */
  readonly quantity: Quantity;
}

/** The document of networks that were split by path length. */
export function pathSampleDocument(drawn: DrawnSample): SampleDocument {
  const { prepared, estimate } = drawn;
  const { lengths, numbers } = judgeLengths({ ...prepared, records: estimate.records });
  const { block: _, predicted, ...end } = lengths[lengths.length - 1];
  const earlier = lengths.slice(0, -1);
  const growth = growthOf(drawn);
  const finished = finishedRun(drawn);
  return {
    kind: "sample",
    format: FORMAT,
    ...settings(drawn),
    attribution: prepared.attribution,
    ...growth.series,
    ...end,
    ...growth.steady,
    ...(earlier.length > 0 ? { atBlocks: earlier } : {}),
    predicted: { ...growth.predicted, ...predicted },
    ...precisionOf(finished),
    verdict: verdictOf(finished, judge({ numbers, whenDifferent: whenDifferent(prepared) })),
  };
}

/** The document of networks of which only the statistics by block were taken. */
export function varianceSampleDocument(drawn: DrawnSample): VarianceSampleDocument {
  const { series, steady, size, predicted, numbers } = growthOf(drawn);
  const verdict = judge({ numbers, whenDifferent: whenDifferent(drawn.prepared) });
  return {
    kind: "variance-sample",
    format: FORMAT,
    ...settings(drawn),
    attribution: drawn.prepared.attribution,
    ...series,
    ...steady,
    ...(size ? { size } : {}),
    predicted,
    ...precisionOf(finishedRun(drawn)),
    verdict: verdictOf(finishedRun(drawn), verdict),
  };
}

function settings({ prepared, images, estimate }: DrawnSample): SampleSettings {
  const { network, plan } = prepared;
  return sampleSettingsOf({ ...plan, network, images, trials: estimate.records.length });
}

function finishedRun({ prepared, estimate, quantity }: DrawnSample): FinishedRun {
  return { run: prepared.run, estimate, label: quantity.label };
}

/** The series by block with their slopes, averages and predictions. */
function growthOf({ prepared, estimate }: DrawnSample) {
  const { theory, plan, network, slopeFrom } = prepared;
  const { records } = estimate;
  const blocks = Int32Array.from(plan.recordedBlocks);
  const paths = theory.at(blocks);
  const series = (path: "skip" | "branch" | "input", name: keyof BlockSeries) =>
    summarizeSeries(records.map((record) => record[path][name]));
  const steady = growsSteadily(network) ? steadyOf(growthQuantities(paths, slopeFrom), records) : undefined;
  const size = steady ? undefined : judgeTogether([sizeQuantity(paths)], records);
  return {
    series: {
      ...(blocks.length < network.depth ? { blocks: plan.recordedBlocks } : {}),
      skip: series("skip", "variance"),
      branch: series("branch", "variance"),
      skipSecondMoment: series("skip", "secondMoment"),
      branchSecondMoment: series("branch", "secondMoment"),
      skipMeanSquared: series("skip", "meanSquared"),
      branchMeanSquared: series("branch", "meanSquared"),
      skipChannelVariance: series("skip", "channelVariance"),
      branchChannelVariance: series("branch", "channelVariance"),
      movingMeanSquared: series("input", "meanSquared"),
      movingVariance: series("input", "variance"),
    },
    predicted: {
      skip: paths.skip.variance.map(orNull),
      branch: paths.branch.variance.map(orNull),
      skipSecondMoment: paths.skip.secondMoment.map(orNull),
      movingMeanSquared: paths.input.meanSquared.map(orNull),
    },
    steady: steady && { ...(slopeFrom > 1 ? { slopeFrom } : {}), ...steady.fields },
    size: size?.comparisons[0],
    numbers: steady?.numbers ?? size?.numbers ?? [],
  };
}

function steadyOf(quantities: ReturnType<typeof growthQuantities>, records: readonly TrialRecord[]) {
  const { skip, skipSecondMoment, movingMeanSquared, branch, lastMovingVariance } = quantities;
  const { comparisons, numbers } = judgeTogether(
    [skip, skipSecondMoment, movingMeanSquared, branch, lastMovingVariance],
    records,
  );
  return {
    numbers,
    fields: {
      averages: { branch: comparisons[3], lastMovingVariance: comparisons[4] },
      slopes: {
        skip: comparisons[0],
        skipSecondMoment: comparisons[1],
        movingMeanSquared: comparisons[2],
      },
    },
  };
}

/** The bias of the mean length times the width, as measured for 100 normalised blocks at batch 64 (docs/statistics.md). */
const BIAS: Readonly<Record<string, number>> = { linear: -6, relu: 4 };

export function whenDifferent({ network }: Pick<PreparedSample, "network">): string {
  const { normalizer, activation } = network;
  const general = "the law is that of infinite width, and a finite one biases it in proportion to 1/width";
  const bias = statisticsOf(normalizer) === "batch" ? BIAS[activation] : undefined;
  const measured =
    bias === undefined
      ? ""
      : ` (the mean length by about ${(bias / networkWidth(network)).toFixed(3)} here, were it 100 normalised blocks at batch 64)`;
  return `${general}${measured}: compare several widths`;
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
