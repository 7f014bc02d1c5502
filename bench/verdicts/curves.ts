/** Whole curves of 50 blocks, by the rule of respath and by others on the same numbers. */

import { curveFunctionals } from "../../src/compare/curve-contrasts.js";
import { compareWithTheory, type JudgedNumber, judge, studentQuantile } from "../../src/compare/index.js";
import { CurveSums } from "../../src/montecarlo/sample/curve-sums.js";
import { openStream, type RandomStream } from "../../src/random/index.js";
import { BLOCKS, DEVIATIONS, type Deviation, NOISES, type NoiseKind } from "./curve-cases.js";
import { CONFIDENCE, MARGIN, Outcomes, type PartOptions, TRIALS } from "./rates.js";
import { hotellingCritical, shrunkPrecision, squaredDistance } from "./shrunk-covariance.js";

const ERROR = 1 - CONFIDENCE;
/** Of the rule before there were margins. */
const OLD_SIGNIFICANCE = 0.001;
const FUNCTIONALS = curveFunctionals(BLOCKS);
const CONTRASTS = FUNCTIONALS.contrasts;

/** What one sample of networks gave, and nothing deviates. */
interface Drawn {
  readonly numbers: readonly JudgedNumber[];
  /** By curve and block. */
  readonly points: readonly { readonly mean: number; readonly se: number }[];
  /** By curve and contrast. */
  readonly contrasts: Float64Array;
  readonly contrastErrors: Float64Array;
  readonly precision: readonly Float64Array[];
}

export function simulateCurves({ repeats, seed }: PartOptions) {
  return NOISES.flatMap((kind) => TRIALS.flatMap((trials) => simulateNoise(kind, { trials, repeats, seed })));
}

function simulateNoise(
  kind: NoiseKind,
  { trials, repeats, seed }: PartOptions & { readonly trials: number },
) {
  const stream = openStream({ seed, purpose: `verdicts of curves, ${kind.noise}`, index: [trials] });
  const all = Array.from({ length: Math.ceil(repeats / 4) }, () => draw(kind, stream, trials));
  const nothing = new Float64Array(all[0].contrasts.length);
  // The value that T² is beyond in one of 20 samples of this very noise: nobody who has a sample knows it.
  const ownCritical = quantile(
    all.map(({ contrasts, precision }) => squaredDistance(contrasts, precision)),
    CONFIDENCE,
  );
  return DEVIATIONS.map((deviation) => {
    // What a bound holds for needs more.
    const few = deviation.size <= 1 && deviation.size !== 0.5 ? all : all.slice(0, repeats / 10);
    const shifts = shiftsOf(kind, deviation);
    const critical = hotellingCritical(nothing.length, trials);
    const rules: Record<string, (drawn: Drawn) => Parameters<Outcomes["add"]>[0]> = {
      respath: (drawn) => judged(drawn.numbers, shifts.numbers),
      "contrasts within the margin of the curve": (drawn) =>
        judged(
          drawn.numbers.map((number) => ({ ...number, margin: MARGIN })),
          shifts.numbers,
        ),
      "before there were margins": (drawn) => before(drawn, shifts.contrasts, trials),
      "every block": (drawn) => everyBlock(drawn, shifts.points, trials),
      "T², shrunk, as it would calibrate it": (drawn) => squared(drawn, shifts.contrasts, ownCritical),
      ...(critical === undefined
        ? {}
        : { "T², shrunk, by Hotelling's law": (drawn) => squared(drawn, shifts.contrasts, critical) }),
    };
    return {
      trials,
      noise: kind.noise,
      deviation: deviation.deviation,
      size: deviation.size,
      rules: Object.fromEntries(
        Object.entries(rules).map(([name, rule]) => {
          const outcomes = new Outcomes();
          for (const drawn of few) outcomes.add(rule(drawn));
          return [name, outcomes.rates()];
        }),
      ),
    };
  });
}

function draw(kind: NoiseKind, stream: RandomStream, trials: number): Drawn {
  const labels = kind.deviate(new Float64Array(BLOCKS.length)).map((_, curve) => `curve ${curve}`);
  const networks = Array.from({ length: trials }, () => kind.draw(stream));
  const sums = labels.map(
    (label, curve) =>
      new CurveSums<Float64Array[]>({
        label,
        blocks: BLOCKS,
        margin: MARGIN,
        isGrowth: false,
        deviations: (network) => network[curve],
      }),
  );
  for (const network of networks) for (const one of sums) one.add(network);
  const numbers = sums.map((one) => one.numbers());
  const ofContrasts = numbers.flatMap((ofCurve) => ofCurve.slice(0, CONTRASTS.length));
  return {
    numbers: numbers.flat(),
    points: labels.flatMap((_, curve) =>
      BLOCKS.map((_, block) => meanOf(networks.map((network) => network[curve][block]))),
    ),
    contrasts: Float64Array.from(ofContrasts, ({ comparison }) => comparison.mean),
    contrastErrors: Float64Array.from(ofContrasts, ({ comparison }) => comparison.se),
    precision: shrunkPrecision(
      networks.map((network) =>
        Float64Array.from(
          network.flatMap((curve) => CONTRASTS.map(({ weights }) => weighted(weights, curve))),
        ),
      ),
    ),
  };
}

/** What a deviation adds to each number, block and contrast: all are linear in the curve. */
function shiftsOf(kind: NoiseKind, { values }: Deviation) {
  const curves = kind.deviate(values);
  const of = (functionals: readonly { readonly weights: Float64Array }[]) =>
    curves.flatMap((curve) => functionals.map(({ weights }) => weighted(weights, curve)));
  return {
    numbers: of([...CONTRASTS, ...FUNCTIONALS.places]),
    contrasts: of(CONTRASTS),
    points: curves.flatMap((curve) => Array.from(curve)),
  };
}

function judged(numbers: readonly JudgedNumber[], shifts: readonly number[]) {
  const family = numbers.map((number, index) => {
    const { mean, se } = number.comparison;
    return { ...number, comparison: compareWithTheory({ mean: mean + shifts[index], se }, 0) };
  });
  return judge({ families: [family], confidence: CONFIDENCE }).verdict;
}

/** Differs where one contrast's corrected p-value is below 0.001, and agrees otherwise. Of the smallest, Holm's is Bonferroni's. */
function before({ contrasts, contrastErrors }: Drawn, shifts: readonly number[], trials: number) {
  const limit = quantileOf(OLD_SIGNIFICANCE / contrasts.length, trials - 1);
  const differs = contrasts.some((mean, i) => Math.abs(mean + shifts[i]) > limit * contrastErrors[i]);
  return { status: differs ? "differs" : "agrees" };
}

/** Every block a number of its own: Holm over all of them, and agreement of each. */
function everyBlock({ points }: Drawn, shifts: readonly number[], trials: number) {
  const own = quantileOf(ERROR, trials - 1);
  const corrected = quantileOf(ERROR / points.length, trials - 1);
  const all = points.map(({ mean, se }, i) => ({ size: Math.abs(mean + shifts[i]), se }));
  const status = all.some(({ size, se }) => size - corrected * se > MARGIN)
    ? "differs"
    : all.every(({ size, se }) => size + own * se <= MARGIN)
      ? "agrees"
      : "cannot-tell";
  return { status, biasSeen: all.some(({ size, se }) => size > corrected * se) };
}

/** Differs where every difference within the margins lies outside the ellipsoid of T². It says nothing of agreement. */
function squared({ contrasts, precision }: Drawn, shifts: readonly number[], critical: number) {
  const means = contrasts.map((mean, i) => mean + shifts[i]);
  const margins = shifts.map((_, i) => CONTRASTS[i % CONTRASTS.length].reach * MARGIN);
  return {
    status: squaredDistance(means, precision, margins) > critical ? "differs" : "cannot-tell",
    biasSeen: squaredDistance(means, precision) > critical,
  };
}

const quantiles = new Map<string, number>();
function quantileOf(beyond: number, freedom: number): number {
  const key = `${beyond} ${freedom}`;
  const value = quantiles.get(key) ?? studentQuantile(beyond, freedom);
  quantiles.set(key, value);
  return value;
}

function meanOf(values: readonly number[]) {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b) / n;
  return { mean, se: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n * (n - 1))) };
}

function weighted(weights: Float64Array, values: Float64Array): number {
  return weights.reduce((sum, weight, i) => sum + weight * values[i], 0);
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * values.length)];
}
