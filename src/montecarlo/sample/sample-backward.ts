import { type BackwardPrediction, predictBackward } from "../../analytic/mean-field/index.js";
import { judge } from "../../compare/judge.js";
import { marginOf } from "../../compare/margin.js";
import { RunningMeans } from "../../compare/running-means.js";
import type { BackwardSampleDocument } from "../../network/documents/sample/backward-sample.js";
import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { SAMPLE_FORMAT } from "../../network/format.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import { networkRecordOf } from "../../network/settings/network-record.js";
import type { AskedLengths } from "../../network/settings/sample-run.js";
import { type BackwardRecord, backwardWindows } from "../backward/backward.js";
import { recordedBlocks } from "../network/recorded-blocks.js";
import type { TrialPlan } from "../network/trial-plan.js";
import { CurveSums, type PredictedCurve } from "./curve-sums.js";
import { drawnNetwork } from "./drawn-network.js";
import type { Estimate } from "./estimate.js";
import { headerOf } from "./journal-header.js";
import {
  LengthSums,
  type LengthsAt,
  lengthQuantities,
  precisionOf,
  SHARES_NOT_JUDGED,
  verdictOf,
} from "./judge-sample.js";
import {
  askedLengths,
  resolveJudgement,
  resolveRun,
  type SampleOptions,
  sampledNetworkOf,
} from "./options.js";
import { limitedWindows, requireLongest, withinOf } from "./prepare-sample.js";
import { chooseQuantity, type Quantity } from "./quantities.js";
import { runSample } from "./run-sample.js";
import { drawingOf, judgementOf } from "./sample-document.js";
import { theoryOf } from "./theory.js";

/**
 * Sends a gradient of independent N(0, 1) entries back through sampled networks, linear or ReLU, and measures its squared
 * norm at the input of every block and how much of it came back through how many branches, beside what an infinitely
 * wide network predicts. The networks are those of `sampleNetworks`; `atBlocks` are blocks whose input the path lengths
 * are reported at, beside the first.
 *
 * @throws InvalidArgumentError before any work starts; JournalError when the journal cannot be written; the signal's
 * reason when it is aborted.
 * @example
 * ```ts
 * const sample = await sampleBackward({ scheme: resolveScheme("unnormalized"), depth: 10, width: 64, trials: 4 });
 * sample.meanLength.theory; // 5
 * ```
 */
export async function sampleBackward(options: SampleOptions): Promise<BackwardSampleDocument> {
  const prepared = prepareBackward(options);
  const { lengthsAt, within, prediction, judgement } = prepared;
  const [meanLength, first] = lengthQuantities(lengthsAt[0], { within, place: 0 });
  const norm = normQuantity(prediction, judgement.margin);
  const candidates = { within: first, "mean-length": meanLength, "gradient-norm": norm };
  const quantity = chooseQuantity<BackwardRecord>(options.quantity, candidates);
  const lengths = new LengthSums<BackwardRecord>({ ...prepared, others: [norm] });
  const squaredNorm = new RunningMeans();
  const curve = new CurveSums(normCurve(prepared));
  const sums = {
    add(record: BackwardRecord) {
      lengths.add(record);
      squaredNorm.add(record.squaredNorm);
      curve.add(record);
    },
  };
  const estimate = await runSample<BackwardRecord>({ ...options, prepared, quantity, sums });
  return documentOf(prepared, { estimate, quantity, lengths, squaredNorm, curve });
}

type PreparedBackward = ReturnType<typeof prepareBackward>;

function prepareBackward(options: SampleOptions) {
  const { sampler = "auto" } = options;
  if (sampler === "gram") {
    throw new InvalidArgumentError(
      "sampler",
      sampler,
      "auto or direct here (a gradient goes back through the weights)",
    );
  }
  if (options.slopeFrom !== undefined) {
    throw new InvalidArgumentError(
      "slopeFrom",
      options.slopeFrom,
      "absent for gradients, which have no slopes",
    );
  }
  const network = sampledNetworkOf(options);
  const run = resolveRun(options);
  const judgement = resolveJudgement(options);
  const prediction = predictBackward(network);
  const law = prediction.lawFrom(1);
  const asked = askedLengths(options);
  const { longest } = asked;
  if (longest !== undefined) requireLongest(longest, law);
  const within = withinOf(asked, law);
  const lengthsAt = lengthsAtOf(asked, network, prediction);
  const plan: TrialPlan = {
    network: drawnNetwork(network, () => theoryOf(network)),
    seed: run.seed,
    sampler: "direct",
    isBackward: true,
    windows: limitedWindows((atLeast) => backwardWindows(prediction, { atLeast }), {
      network,
      within,
      longest,
    }),
    recordedBlocks: Array.from(recordedBlocks(network.depth)),
    shareBlocks: lengthsAt.map(({ block }) => block),
  };
  return {
    network,
    run,
    judgement,
    plan,
    prediction,
    within,
    lengthsAt,
    header: headerOf({ network, trials: plan, images: options.images }),
  };
}

function lengthsAtOf(
  { atBlocks = [] }: AskedLengths,
  { depth }: SampledNetwork,
  { lawFrom }: BackwardPrediction,
): LengthsAt[] {
  const blocks = new Set([1, ...atBlocks.map((block) => requireInteger("atBlocks", block, 1, depth))]);
  return [...blocks]
    .sort((a, b) => a - b)
    .map((block) => ({
      block,
      law: lawFrom(block),
      suffix: block === 1 ? "" : ` before block ${block}`,
    }));
}

/** The squared norm before the first block over its prediction; by its logarithm, as either may exceed float64. */
function normQuantity({ logSquaredNorm }: BackwardPrediction, share?: number): Quantity<BackwardRecord> {
  return {
    label: "squared gradient norm before block 1 / its prediction",
    theory: 1,
    margin: marginOf(1, { share }),
    isGrowth: true,
    of: ({ squaredNorm }) => Math.exp(Math.log(squaredNorm[0]) - logSquaredNorm[0]),
  };
}

/** The squared norm before every recorded block. */
function normCurve({ plan, prediction, judgement }: PreparedBackward): PredictedCurve<BackwardRecord> {
  const blocks = plan.recordedBlocks;
  const log = blocks.map((block) => prediction.logSquaredNorm[block - 1]);
  return {
    label: "squared gradient norm by block",
    blocks,
    margin: marginOf(1, { share: judgement.margin }),
    isGrowth: true,
    deviations: ({ squaredNorm }) =>
      Float64Array.from(squaredNorm, (norm, index) => Math.expm1(Math.log(norm) - log[index])),
  };
}

function documentOf(
  prepared: PreparedBackward,
  drawn: {
    readonly estimate: Estimate;
    readonly quantity: Quantity<BackwardRecord>;
    readonly lengths: LengthSums<BackwardRecord>;
    readonly squaredNorm: RunningMeans;
    readonly curve: CurveSums<BackwardRecord>;
  },
): BackwardSampleDocument {
  const { plan, prediction, network, run } = prepared;
  const { estimate, quantity, curve } = drawn;
  const notJudged = curve.notJudged();
  const { verdict, comparisons } = judge({
    families: [drawn.lengths.numbers(), curve.numbers()],
    ...judgementOf(prepared, { isBackward: true }),
    notJudged: [SHARES_NOT_JUDGED, ...(notJudged ? [notJudged] : [])],
  });
  const { lengths, others } = drawn.lengths.judged(comparisons[0]);
  const judgedCurve = curve.judged(comparisons[1]);
  const [{ block: _, predicted, ...end }, ...later] = lengths;
  const finished = { run, estimate, label: quantity.label };
  return {
    kind: "backward-sample",
    format: SAMPLE_FORMAT,
    network: networkRecordOf({ network }),
    ...drawingOf(plan, estimate),
    ...(plan.recordedBlocks.length < network.depth ? { blocks: plan.recordedBlocks } : {}),
    squaredNorm: drawn.squaredNorm.series(),
    growth: others[0],
    curves: judgedCurve ? [judgedCurve] : [],
    ...end,
    ...(later.length > 0 ? { atBlocks: later } : {}),
    predicted: {
      logSquaredNorm: plan.recordedBlocks.map((block) => prediction.logSquaredNorm[block - 1]),
      ...predicted,
    },
    ...precisionOf(finished),
    verdict: verdictOf(finished, verdict),
  };
}
