import { judge } from "../../compare/verdict.js";
import type { Drawing } from "../../network/documents/sample/drawing.js";
import type { SampleDocument } from "../../network/documents/sample/path-sample.js";
import type { VarianceSampleDocument } from "../../network/documents/sample/variance-sample.js";
import { SAMPLE_FORMAT } from "../../network/format.js";
import { statisticsOf } from "../../network/normalizers.js";
import { networkRecordOf } from "../../network/settings/network-record.js";
import type { TrialRecord } from "../forward/trial-record.js";
import { networkWidth } from "../network/network-geometry.js";
import type { TrialPlan } from "../network/trial-plan.js";
import type { Estimate } from "./estimate.js";
import type { GrowthSums } from "./growth-sums.js";
import { type FinishedRun, type LengthSums, precisionOf, verdictOf } from "./judge-sample.js";
import type { SampledImages } from "./options.js";
import type { PreparedSample } from "./prepare-sample.js";
import type { Quantity } from "./quantities.js";

/** A sample whose networks are drawn. */
export interface DrawnSample {
  readonly prepared: PreparedSample;
  readonly estimate: Estimate;
  readonly growth: GrowthSums;
  readonly images?: SampledImages;
  /** The number that a precision was asked of. */
  readonly quantity: Quantity;
}

/** The document of networks that were split by path length. */
export function pathSampleDocument(
  drawn: DrawnSample & { readonly lengths: LengthSums<TrialRecord> },
): SampleDocument {
  const { prepared } = drawn;
  const { lengths, numbers } = drawn.lengths.judged();
  const { block: _, predicted, ...end } = lengths[lengths.length - 1];
  const earlier = lengths.slice(0, -1);
  const growth = drawn.growth.judged();
  const finished = finishedRun(drawn);
  return {
    kind: "sample",
    format: SAMPLE_FORMAT,
    ...drawnNetworks(drawn),
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
  const { series, steady, size, predicted, numbers } = drawn.growth.judged();
  const verdict = judge({ numbers, whenDifferent: whenDifferent(drawn.prepared) });
  return {
    kind: "variance-sample",
    format: SAMPLE_FORMAT,
    ...drawnNetworks(drawn),
    attribution: drawn.prepared.attribution,
    ...series,
    ...steady,
    ...(size ? { size } : {}),
    predicted,
    ...precisionOf(finishedRun(drawn)),
    verdict: verdictOf(finishedRun(drawn), verdict),
  };
}

function drawnNetworks({ prepared, images, estimate }: DrawnSample) {
  const network = networkRecordOf({ network: prepared.network, images });
  return { network, ...drawingOf(prepared.plan, estimate) };
}

/** How many networks were drawn, and in which way, for a document. */
export function drawingOf({ seed, sampler }: TrialPlan, { running }: Estimate): Drawing {
  return { seed, sampler, trials: running.trials };
}

function finishedRun({ prepared, estimate, quantity }: DrawnSample): FinishedRun {
  return { run: prepared.run, estimate, label: quantity.label };
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
