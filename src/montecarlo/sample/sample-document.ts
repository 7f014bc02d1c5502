import { judge } from "../../compare/judge.js";
import type { Drawing } from "../../network/documents/sample/drawing.js";
import type { SampleDocument } from "../../network/documents/sample/path-sample.js";
import type { VarianceSampleDocument } from "../../network/documents/sample/variance-sample.js";
import { SAMPLE_FORMAT } from "../../network/format.js";
import { withMinus } from "../../network/minus.js";
import { statisticsOf } from "../../network/normalizers.js";
import { takesFeatures } from "../../network/plan/index.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import { networkRecordOf } from "../../network/settings/network-record.js";
import type { TrialRecord } from "../forward/trial-record.js";
import { networkWidth } from "../network/network-geometry.js";
import type { TrialPlan } from "../network/trial-plan.js";
import type { Estimate } from "./estimate.js";
import type { GrowthSums } from "./growth-sums.js";
import {
  type FinishedRun,
  type LengthSums,
  precisionOf,
  SHARES_NOT_JUDGED,
  verdictOf,
} from "./judge-sample.js";
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
  const { verdict, comparisons } = judge({
    families: [drawn.lengths.numbers(), drawn.growth.numbers()],
    ...judgementOf(prepared),
    notJudged: [SHARES_NOT_JUDGED, ...drawn.growth.notJudged()],
  });
  const { lengths } = drawn.lengths.judged(comparisons[0]);
  const { block: _, predicted, ...end } = lengths[lengths.length - 1];
  const earlier = lengths.slice(0, -1);
  const growth = drawn.growth.judged(comparisons[1]);
  const finished = finishedRun(drawn);
  return {
    kind: "sample",
    format: SAMPLE_FORMAT,
    ...drawnNetworks(drawn),
    attribution: prepared.attribution,
    ...growth.series,
    ...end,
    ...growth.steady,
    ...(growth.size ? { size: growth.size } : {}),
    curves: growth.curves,
    ...(earlier.length > 0 ? { atBlocks: earlier } : {}),
    predicted: { ...growth.predicted, ...predicted },
    ...precisionOf(finished),
    verdict: verdictOf(finished, verdict),
  };
}

/** The document of networks of which only the statistics by block were taken. */
export function varianceSampleDocument(drawn: DrawnSample): VarianceSampleDocument {
  const { prepared, growth } = drawn;
  const { verdict, comparisons } = judge({
    families: [growth.numbers()],
    ...judgementOf(prepared),
    notJudged: growth.notJudged(),
  });
  const { series, steady, size, curves, predicted } = growth.judged(comparisons[0]);
  return {
    kind: "variance-sample",
    format: SAMPLE_FORMAT,
    ...drawnNetworks(drawn),
    attribution: prepared.attribution,
    ...series,
    ...steady,
    ...(size ? { size } : {}),
    curves,
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

/** How sure a sample's verdict is, and what is known to bias it. */
export function judgementOf(
  prepared: Pick<PreparedSample, "network" | "judgement">,
  { isBackward = false }: { readonly isBackward?: boolean } = {},
) {
  const { network, judgement } = prepared;
  const ofInputs = takesLength(network, isBackward) ? [inputBias(network)] : [];
  return {
    confidence: judgement.confidence,
    whenDifferent: [...ofInputs, widthBias(network, isBackward)].join("; "),
  };
}

/** The bias of the mean length times the width, as measured for 100 normalised blocks at batch 64 (docs/statistics.md). */
const BIAS: Readonly<Record<string, number>> = { linear: -6, relu: 4 };

function widthBias(network: SampledNetwork, isBackward: boolean): string {
  const { normalizer, activation } = network;
  const general =
    "the prediction is that of infinite width, and a finite one biases it in proportion to 1/width";
  const bias = !isBackward && statisticsOf(normalizer) === "batch" ? BIAS[activation] : undefined;
  const measured =
    bias === undefined
      ? ""
      : ` (the mean length by about ${withMinus((bias / networkWidth(network)).toFixed(3))} here, were it 100 normalised blocks at batch 64)`;
  return `${general}${measured}: compare several widths`;
}

/** Whether the lengths of single inputs matter: linear branches behind BatchNorm do not notice them, but their gradients do. */
function takesLength({ normalizer, activation, plan }: SampledNetwork, isBackward: boolean): boolean {
  if (!takesFeatures(plan.stem)) return false;
  return isBackward || statisticsOf(normalizer) !== "batch" || activation !== "linear";
}

/** The squared norm of D normal numbers varies by √(2/D) of itself. */
function inputBias({ plan }: SampledNetwork): string {
  const dimension = plan.stem.layer.inputs;
  const varies = (100 * Math.sqrt(2 / dimension)).toPrecision(2);
  return `the prediction takes all inputs to be equally long, and the squared norms of those of ${dimension} dimensions vary by ${varies} %: compare a larger input dimension`;
}
