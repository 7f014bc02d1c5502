import { InvalidArgumentError } from "../../network/errors.js";
import {
  product,
  type Scaled,
  scaled,
  timesPowerOfTwo,
  toNumber,
  withOneExponent,
} from "../../network/scaled-number.js";
import { branchFractions } from "../../network/variance-profile.js";
import {
  binomialLaw,
  fastPoissonBinomialLaw,
  harmonicLaw,
  type PathLengthDistribution,
  pathLengths,
  poissonBinomialLaw,
} from "../laws/index.js";
import { inputVarianceOf } from "./input-variance.js";
import { branchVariance, depthOf, type PredictOptions, predictProfile, squaredScale } from "./moments.js";
import {
  MOST_STOCHASTIC_BLOCKS,
  type StochasticSegment,
  stochasticDepthLaw,
} from "./stochastic-depth-law.js";

/** How a path-length law was computed. */
export type LawMethod = "harmonic" | "binomial" | "poisson-binomial" | "fast-poisson-binomial" | "mixture";

export interface PathLaw {
  readonly method: LawMethod;
  readonly lengths: PathLengthDistribution;
  /** Of every pmf value, where the method has no relative accuracy (`fast-poisson-binomial`). */
  readonly absoluteErrorBound?: number;
}

/** From so many blocks times the law's spread on, the exact table would take seconds. */
const MOST_EXACT_WORK = 3e7;

/**
 * The law of the path lengths of a scheme by the cheapest exact way: the harmonic law where a normalised branch adds
 * the same variance at every block (any depth up to 1e100), the binomial law where the fractions are equal (up to
 * 1e15), a mixture of harmonic laws where branches are dropped, and Poisson-binomial, block by block, elsewhere.
 *
 * @throws InvalidArgumentError as {@link predictProfile} does.
 * @example
 * ```ts
 * predictPathLaw({ scheme: resolveScheme("batchnorm"), depth: 1e15 }).lengths.cdf(45); // 0.9711…
 * ```
 */
export function predictPathLaw(options: PredictOptions): PathLaw {
  const { scheme, architecture } = options;
  inputVarianceOf(options);
  const normalized = scheme.normalizer !== "none";
  if (scheme.survival && normalized) return { method: "mixture", lengths: mixtureOf(options) };
  if (scheme.uniform && !(normalized && architecture)) {
    const closed = normalized ? harmonicOf(options) : binomialOf(options);
    if (closed) return closed;
  }
  if (scheme.survival) return perBlock(droppedFractions(options));
  const profile = predictProfile(options);
  const q = branchFractions(profile);
  return isWide(q) ? perBlock(q) : { method: "poisson-binomial", lengths: pathLengths(profile) };
}

/** Equal scales of a raw branch: q = p α²/(α² + β²) at every block, transition blocks included. */
function binomialOf(options: PredictOptions): PathLaw {
  const { scheme } = options;
  const depth = options.architecture?.depth ?? requireDepth(options.depth);
  const at = { i: 1, depth };
  const a2 = squaredScale(scheme.branchScale, { ...at, argument: "alpha" });
  const b2 = squaredScale(scheme.skipScale, { ...at, argument: "skip" });
  const [s, b] = withOneExponent(b2, a2);
  requireVariance(s + b);
  const probability = ((scheme.survival?.(1, depth) ?? 1) * b) / (s + b);
  return { method: "binomial", lengths: binomialLaw({ depth, probability }) };
}

function harmonicOf(options: PredictOptions): PathLaw | undefined {
  const depth = requireDepth(options.depth);
  const offset = offsetFrom(options);
  return offset === undefined ? undefined : { method: "harmonic", lengths: harmonicLaw({ depth, offset }) };
}

/**
 * c = s_0/b, the variance of what enters block 1 over that which every branch adds: s_i = s_0 + (i − 1) b, so that
 * q_i = 1/(c + i). Undefined where no such b is: raw branches, scales that differ between blocks, a scale of the skip path,
 * branches that are dropped, transition blocks; and where it is beyond float64.
 *
 * @throws InvalidArgumentError for a scale that is not a finite number, or an input variance that the network cannot have ({@link InputOptions}).
 * @example
 * ```ts
 * inputOverBranch({ scheme: resolveScheme("nfnet"), depth: 100, inputVariance: 4 }); // 99.99999999999999
 * ```
 */
export function inputOverBranch(options: PredictOptions): number | undefined {
  const offset = offsetFrom(options);
  return offset === Number.MAX_VALUE ? undefined : offset;
}

/** The same, but the largest float64 for a branch that adds next to nothing. */
function offsetFrom(options: PredictOptions): number | undefined {
  const { scheme, architecture, activation = "linear" } = options;
  const start = inputVarianceOf(options);
  if (scheme.normalizer === "none" || scheme.survival || !scheme.uniform) return undefined;
  if (architecture?.blocks.some(({ transition }) => transition)) return undefined;
  const at = { i: 1, depth: architecture?.depth ?? requireDepth(options.depth) };
  const a2 = squaredScale(scheme.branchScale, { ...at, argument: "alpha" });
  if (toNumber(squaredScale(scheme.skipScale, { ...at, argument: "skip" })) !== 1) return undefined;
  if (a2.mantissa === 0) return undefined;
  return offsetOf(start, product(a2, scaled(branchVariance(scheme, activation))));
}

/** c = start/v, at most the largest float64. */
function offsetOf(start: number, v: Scaled): number {
  const { mantissa, exponent } = scaled(start);
  return Math.min(timesPowerOfTwo(mantissa / v.mantissa, exponent - v.exponent), Number.MAX_VALUE);
}

/** p_i q_i: a mask takes the branch of block i into account with probability p_i. */
function droppedFractions(options: PredictOptions): number[] {
  const { scheme, architecture } = options;
  const depth = depthOf(options);
  const { survival, ...kept } = scheme;
  const q = branchFractions(predictProfile({ ...options, scheme: kept }));
  return q.map((value, index) => value * survival!(index + 1, depth, architecture?.blocks[index].place));
}

function mixtureOf(options: PredictOptions): PathLengthDistribution {
  const { scheme, architecture, activation = "linear" } = options;
  const start = inputVarianceOf(options);
  const depth = depthOf(options);
  if (depth > MOST_STOCHASTIC_BLOCKS) {
    throw new InvalidArgumentError("depth", depth, `at most ${MOST_STOCHASTIC_BLOCKS} for ${scheme.name}`);
  }
  const counted = branchVariance(scheme, activation);
  const first = squaredScale(scheme.branchScale, { i: 1, depth, argument: "alpha" });
  const v = product(first, scaled(counted));
  const segments: (StochasticSegment & { survival: number[] })[] = [];
  for (let i = 1; i <= depth; i++) {
    const block = architecture?.blocks[i - 1];
    const at = { i, depth, place: block?.place };
    const a2 = squaredScale(scheme.branchScale, { ...at, argument: "alpha" });
    const isFirst = a2.mantissa === first.mantissa && a2.exponent === first.exponent;
    if (!isFirst || a2.mantissa === 0 || Math.abs(scheme.skipScale(i, depth, block?.place)) !== 1) {
      throw new InvalidArgumentError(
        "alpha",
        scheme.alpha ?? scheme.branchScale(i, depth, block?.place),
        `the same non-zero scale at every block for ${scheme.name} with a normaliser: other mixtures have no closed form`,
      );
    }
    if (i === 1 || block?.transition) {
      // Behind a transition's normaliser the skip path has the variance of a branch without α.
      segments.push({ offset: offsetOf(block?.transition ? counted : start, v), survival: [] });
    }
    segments.at(-1)!.survival.push(scheme.survival!(i, depth, block?.place));
  }
  return stochasticDepthLaw(segments);
}

/** Poisson-binomial from the fractions, exact where that takes no more than seconds. */
function perBlock(q: readonly number[]): PathLaw {
  if (!isWide(q)) return { method: "poisson-binomial", lengths: poissonBinomialLaw(q) };
  const lengths = fastPoissonBinomialLaw(q);
  return { method: "fast-poisson-binomial", lengths, absoluteErrorBound: lengths.absoluteErrorBound };
}

function isWide(q: readonly number[]): boolean {
  const spread = Math.sqrt(q.reduce((sum, value) => sum + value * (1 - value), 0));
  return q.length * (spread + 1) > MOST_EXACT_WORK;
}

function requireDepth(depth: number | undefined): number {
  if (depth !== undefined && Number.isInteger(depth) && depth >= 1 && depth <= 1e100) return depth;
  throw new InvalidArgumentError("depth", depth, "a whole number of at least 1, up to 1e100");
}

function requireVariance(total: number): void {
  if (total > 0) return;
  throw new InvalidArgumentError("alpha", 0, "other than 0 where the skip path's scale is 0 too");
}
