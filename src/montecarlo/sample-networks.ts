import { mean } from "simple-statistics";
import { type PathLengthDistribution, pathLengths } from "../analytic/laws/index.js";
import { compareWithTheory } from "../compare/comparison.js";
import { slopeAgainstBlock } from "../compare/slope.js";
import { meanWithError, summarizeSeries } from "../compare/summary.js";
import { judge } from "../compare/verdict.js";
import type { SampleDocument } from "../network/documents.js";
import { requireInteger } from "../network/domain.js";
import type { Comparison } from "../network/verdict.js";
import { startTensors } from "../tensor/backend.js";
import {
  type ResolvedSampleOptions,
  requireFits,
  resolveSampleOptions,
  type SampleOptions,
} from "./options.js";
import { type BatchPrediction, predictBatch } from "./prediction.js";
import { runTrial, type Trial } from "./trial.js";
import { lengthWindows } from "./window.js";

/**
 * Samples fully connected residual networks at initialisation and measures how much of the output travelled through
 * how many residual branches, beside what an infinitely wide network predicts at the same batch size.
 *
 * Trial t is the same network and the same inputs whatever the number of trials. Every number comes with the standard
 * error over trials; finite width biases the mean length (docs/statistics.md), which
 * `extrapolateWidths` removes.
 *
 * @throws InvalidArgumentError before any work starts; the signal's reason when it is aborted.
 * @example
 * ```ts
 * const sample = await sampleNetworks({ scheme: resolveScheme("batchnorm"), depth: 20, width: 64, trials: 4 });
 * sample.meanLength.theory; // 2.654… of an infinitely wide network at batch 64
 * ```
 */
export async function sampleNetworks(options: SampleOptions): Promise<SampleDocument> {
  const resolved = resolveSampleOptions(options);
  const { scheme, depth, width, batch, trials } = resolved;
  const prediction = predictBatch(resolved);
  const law = pathLengths(prediction.profile);
  const within = (options.within ?? [law.quantile(0.97)]).map((k) => requireInteger("within", k, 0));
  const windows = lengthWindows({
    profile: prediction.profile,
    atLeast: Math.min(depth, Math.max(0, ...within) + 1),
  });
  const widest = Math.max(...windows.map(({ low, high }) => high - low + 1));
  requireFits("batch", batch, width * widest);

  await startTensors();
  const results: Trial[] = [];
  for (let trial = 0; trial < trials; trial++) {
    results.push(await runTrial({ ...resolved, trial, windows, signal: options.signal }));
    options.onTrial?.(trial + 1, trials);
  }

  const compare = (value: (trial: Trial) => number, theory: number) =>
    compareWithTheory(meanWithError(results.map(value)), theory);
  const meanLength = compare(({ shares }) => shares.reduce((sum, share, k) => sum + k * share, 0), law.mean);
  const withinByK = Object.fromEntries(
    within.map((k) => [
      String(k),
      compare(({ shares }) => shares.subarray(0, k + 1).reduce((a, b) => a + b, 0), law.cdf(k)),
    ]),
  );
  const series = (name: Exclude<keyof Trial, "shares">) =>
    summarizeSeries(results.map((trial) => trial[name]));
  return {
    kind: "sample",
    scheme: scheme.name,
    ...(scheme.alpha === undefined ? {} : { alpha: scheme.alpha }),
    activation: resolved.activation,
    convention: "unit-input",
    depth,
    width,
    inputDimension: resolved.inputDimension,
    batch,
    trials,
    seed: resolved.seed,
    attribution: scheme.branchInput === "normalized" ? "covariance" : "second-moment",
    skip: series("skip"),
    branch: series("branch"),
    skipSecondMoment: series("skipSecondMoment"),
    branchSecondMoment: series("branchSecondMoment"),
    movingMeanSquared: series("movingMeanSquared"),
    movingVariance: series("movingVariance"),
    shares: summarizeSeries(results.map(({ shares }) => shares)),
    meanLength,
    within: withinByK,
    ...slopesOf(results, prediction, resolved),
    predicted: {
      skip: finite(prediction.skip.variance, prediction.exponent),
      branch: finite(prediction.branch.variance, prediction.exponent),
      movingMeanSquared: finite(prediction.input.meanSquared, prediction.exponent),
      shares: lumpedLaw(law, windows[depth - 1].high),
    },
    verdict: verdictOf({ meanLength, within: withinByK, network: resolved }),
  };
}

/** Slopes against the block index, which only a normalised scheme has: the variance of the others is geometric. */
function slopesOf(
  results: readonly Trial[],
  prediction: BatchPrediction,
  network: { readonly scheme: { readonly branchInput: string }; readonly depth: number },
): Pick<SampleDocument, "slopes" | "averages"> {
  if (network.scheme.branchInput !== "normalized" || network.depth < 2) return {};
  const slope = (name: Exclude<keyof Trial, "shares">, theory: readonly number[]) =>
    compareWithTheory(
      meanWithError(results.map((trial) => slopeAgainstBlock(trial[name]))),
      slopeAgainstBlock(theory),
    );
  const last = network.depth - 1;
  return {
    averages: {
      branch: compareWithTheory(
        meanWithError(results.map(({ branch }) => mean(Array.from(branch)))),
        mean(prediction.branch.variance),
      ),
      lastMovingVariance: compareWithTheory(
        meanWithError(results.map(({ movingVariance }) => movingVariance[last])),
        prediction.input.variance[last],
      ),
    },
    slopes: {
      skip: slope("skip", prediction.skip.variance),
      skipSecondMoment: slope("skipSecondMoment", prediction.skip.secondMoment),
      movingMeanSquared: slope("movingMeanSquared", prediction.input.meanSquared),
    },
  };
}

/** The bias of the mean length times the width, as measured for 100 normalised blocks at batch 64 (docs/statistics.md). */
const BIAS = { linear: -6, relu: 4 } as const;

function verdictOf(found: {
  readonly meanLength: Comparison;
  readonly within: Readonly<Record<string, Comparison>>;
  readonly network: ResolvedSampleOptions;
}) {
  const { trials, width, activation } = found.network;
  const freedom = trials - 1;
  return judge({
    numbers: [
      { label: "mean length", comparison: found.meanLength, freedom },
      ...Object.entries(found.within).map(([k, comparison]) => ({
        label: `P(K ≤ ${k})`,
        comparison,
        freedom,
      })),
    ],
    whenDifferent:
      "the law is that of infinite width, and a finite one biases the mean length in proportion to 1/width (by about " +
      `${(BIAS[activation] / width).toFixed(3)} here, were it 100 normalised blocks at batch 64): compare several widths`,
  });
}

function lumpedLaw(law: PathLengthDistribution, high: number): number[] {
  const pmf = Array.from({ length: high + 1 }, (_, k) => law.pmf(k));
  pmf[high] += law.sf(high);
  return pmf;
}

function finite(values: readonly number[], exponent: readonly number[]): (number | null)[] {
  return values.map((value, i) => {
    const scaled = value * 2 ** exponent[i];
    return Number.isFinite(scaled) ? scaled : null;
  });
}
