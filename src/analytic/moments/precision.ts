import { InvalidArgumentError } from "../../network/errors.js";
import { requireOneOf } from "../../network/nearest.js";
import {
  product,
  type Scaled,
  scaled,
  timesPowerOfTwo,
  toNumber,
  withOneExponent,
} from "../../network/scaled-number.js";
import { inputVarianceOf } from "./input-variance.js";
import {
  branchVariance,
  countedMoment,
  type PredictOptions,
  predictMoments,
  squaredScale,
} from "./moments.js";

/** A binary floating-point format. */
export interface FloatFormat {
  /** The largest finite number. */
  readonly largest: number;
  /** The smallest positive number, subnormal ones included. */
  readonly smallest: number;
  /** u = 2^−p for p bits of significand: half the distance from 1 to the next number. */
  readonly roundoff: number;
}

export const FLOAT_FORMATS = {
  float32: { largest: (2 - 2 ** -23) * 2 ** 127, smallest: 2 ** -149, roundoff: 2 ** -24 },
  bfloat16: { largest: (2 - 2 ** -7) * 2 ** 127, smallest: 2 ** -133, roundoff: 2 ** -8 },
  float16: { largest: (2 - 2 ** -10) * 2 ** 15, smallest: 2 ** -24, roundoff: 2 ** -11 },
} as const satisfies Readonly<Record<string, FloatFormat>>;
export type FloatFormatName = keyof typeof FLOAT_FORMATS;

/** The first blocks (1…d) at which a number format fails; null where it does not. */
export interface PrecisionLimits {
  readonly format: FloatFormatName;
  /** The root mean square of the sum after the block exceeds the largest number, √E x_{i+1}² > largest. */
  readonly activationOverflow: number | null;
  /** A statistic of the sum held in the format does: E x_{i+1}² > largest (behind BatchNorm, the batch variance). */
  readonly varianceOverflow: number | null;
  /** The root mean square of the sum rounds to 0: √E x_{i+1}² < smallest/2. A scheme whose sum is 0 has it at once. */
  readonly underflow: number | null;
  /**
   * A branch that is not 0 is lost in the rounding of the skip path: its root mean square is at most the unit roundoff
   * of the skip path's, √b_i ≤ u √s_i (second moments), so that a typical sum is the skip path again.
   */
  readonly branchLost: number | null;
  /** The same the other way round: √s_i ≤ u √b_i, a skip path of 0 included. */
  readonly skipLost: number | null;
}

/**
 * The blocks at which a format's range or precision ends, for a scheme at initialisation and the options' input
 * variance. Closed forms with equal scales at every block, up to a depth of 1e100; block by block elsewhere.
 *
 * These are typical values, a root mean square each: the largest of many activations overflows a few blocks earlier,
 * and single features lose their branch earlier or later than typical ones.
 *
 * @throws InvalidArgumentError for an unknown format, and as {@link predictMoments} does.
 * @example
 * ```ts
 * const limits = precisionLimits({ scheme: resolveScheme("unnormalized"), depth: 1000, format: "float32" });
 * limits.varianceOverflow; // 128
 * limits.activationOverflow; // 256
 * precisionLimits({ scheme: resolveScheme("batchnorm"), depth: 1e6, format: "bfloat16" }).branchLost; // 65536
 * ```
 */
export function precisionLimits(
  options: PredictOptions & { readonly format: FloatFormatName },
): PrecisionLimits {
  const name = requireOneOf("format", options.format, Object.keys(FLOAT_FORMATS) as FloatFormatName[]);
  const { largest, smallest, roundoff }: FloatFormat = FLOAT_FORMATS[name];
  const moments = momentsOf(options);
  const first = (holds: (block: BlockMoments) => boolean) => firstBlock(moments, holds);
  const lost = roundoff * roundoff;
  return {
    format: name,
    activationOverflow: first(({ total }) => total > 2 * Math.log2(largest)),
    varianceOverflow: first(({ variance }) => variance > Math.log2(largest)),
    underflow: first(({ total }) => total < 2 * (Math.log2(smallest) - 1)),
    branchLost: first(({ ratio }) => ratio > 0 && ratio <= lost),
    skipLost: first(({ ratio }) => ratio >= 1 / lost),
  };
}

interface BlockMoments {
  /** log2 of the second moment after the block, and of it in the moment that is counted. */
  readonly total: number;
  readonly variance: number;
  /** The second moment of the branch over that of the skip path. */
  readonly ratio: number;
}

interface Moments {
  readonly depth: number;
  readonly at: (block: number) => BlockMoments;
  /** Every quantity changes in one direction only, so that a limit can be bisected. */
  readonly monotone: boolean;
}

function momentsOf(options: PredictOptions): Moments {
  const { scheme, architecture, depth } = options;
  if (!scheme.uniform || architecture) return listedMoments(options);
  if (depth === undefined || !(Number.isInteger(depth) && depth >= 1 && depth <= 1e100)) {
    throw new InvalidArgumentError("depth", depth, "a whole number of at least 1, up to 1e100");
  }
  return closedMoments(options, depth) ?? listedMoments(options);
}

/** s_0 (α² + β²)^i after block i of a raw branch; s_0 + i α² behind a normaliser, beside a skip path of scale 1. */
function closedMoments(options: PredictOptions, depth: number): Moments | undefined {
  const { scheme, activation = "linear" } = options;
  const start = inputVarianceOf(options);
  const a2 = product(
    scaled(scheme.survival?.(1, depth) ?? 1),
    squaredScale(scheme.branchScale, { i: 1, depth, argument: "alpha" }),
  );
  const b2 = squaredScale(scheme.skipScale, { i: 1, depth, argument: "skip" });
  if (scheme.normalizer === "none") {
    const growth = log2OfSum(b2, a2);
    return {
      depth,
      monotone: true,
      at: (i) => {
        // A normaliser of the merged sum returns it to 1: what enters counts in block 1 alone.
        const total = scheme.normalizesMerge ? (i > 1 ? 0 : Math.log2(start)) : Math.log2(start) + i * growth;
        return { total, variance: total, ratio: ratioOf(a2, b2) };
      },
    };
  }
  if (toNumber(b2) !== 1) return undefined;
  const input = scaled(start);
  const after = (blocks: number, counted = 1) => product(product(scaled(blocks), a2), scaled(counted));
  const counted = branchVariance(scheme, activation);
  return {
    depth,
    monotone: true,
    at: (i) => ({
      total: log2OfSum(input, after(i)),
      variance: log2OfSum(input, after(i, counted)),
      ratio: ratioOf(a2, sumOf(input, after(i - 1))),
    }),
  };
}

function sumOf(a: Scaled, b: Scaled): Scaled {
  const [ofA, ofB, exponent] = withOneExponent(a, b);
  return { mantissa: ofA + ofB, exponent };
}

/** log2(a + b); near 1 it keeps its digits: α² = 1/d at a depth of 1e100. */
function log2OfSum(a: Scaled, b: Scaled): number {
  const [ofA, ofB, exponent] = withOneExponent(a, b);
  if (exponent === 0 && ofA === 1) return Math.log1p(ofB) / Math.LN2;
  return Math.log2(ofA + ofB) + exponent;
}

/** a/b, the smallest float64 instead of 0 where a is not 0. */
function ratioOf(a: Scaled, b: Scaled): number {
  const ratio = timesPowerOfTwo(a.mantissa / b.mantissa, a.exponent - b.exponent);
  return a.mantissa > 0 ? Math.max(ratio, Number.MIN_VALUE) : ratio;
}

function listedMoments(options: PredictOptions): Moments {
  const { skip, branch, exponent } = predictMoments(options);
  const counted = countedMoment(options.scheme);
  const log = (i: number, of: "secondMoment" | "variance") =>
    Math.log2(skip[of][i] + branch[of][i]) + exponent[i];
  return {
    depth: exponent.length,
    monotone: false,
    at: (i) => ({
      total: log(i - 1, "secondMoment"),
      variance: log(i - 1, counted),
      ratio: branch.secondMoment[i - 1] / skip.secondMoment[i - 1],
    }),
  };
}

/** The first block at which a condition holds, or null. */
function firstBlock(
  { depth, at, monotone }: Moments,
  holds: (block: BlockMoments) => boolean,
): number | null {
  if (!monotone) {
    for (let i = 1; i <= depth; i++) if (holds(at(i))) return i;
    return null;
  }
  if (holds(at(1))) return 1;
  if (!holds(at(depth))) return null;
  let [before, from] = [1, depth];
  while (from - before > 1) {
    const middle = before + Math.floor((from - before) / 2);
    // Beyond 2⁵³ blocks not every whole number is a float64.
    if (middle === before || middle === from) break;
    if (holds(at(middle))) from = middle;
    else before = middle;
  }
  return from;
}
