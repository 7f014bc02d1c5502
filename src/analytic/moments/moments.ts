import type { Activation } from "../../network/activations.js";
import type { ResidualArchitecture } from "../../network/architecture.js";
import type { BlockScale } from "../../network/block-scale.js";
import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { MOST_PLANNED_BLOCKS } from "../../network/limits.js";
import type { CountedMoment } from "../../network/plan/index.js";
import {
  mantissaAt,
  product,
  type Scaled,
  scaled,
  squareOf,
  timesPowerOfTwo,
  withOneExponent,
} from "../../network/scaled-number.js";
import type { ResidualScheme } from "../../network/schemes/index.js";
import type { VarianceProfile } from "../../network/variance-profile.js";
import { type InputOptions, inputVarianceOf } from "./input-variance.js";

/**
 * What wide random networks predict for both paths of each block, i = 1…d: `secondMoment` over the batch and the
 * weights; `meanSquared`, the squared batch mean (equal to the covariance between two different inputs); `variance`,
 * the batch variance, their difference. All times 2^`exponent[i-1]`.
 */
export interface PathMoments {
  readonly secondMoment: readonly number[];
  readonly meanSquared: readonly number[];
  readonly variance: readonly number[];
}

export interface PredictedMoments {
  /**
   * What the block is given: what a normaliser divides by. The skip path before its scale, but for a transition. Times
   * 2^`inputExponent[i-1]`, which is `exponent[i-1]` but where a scale is beyond the range of float64 when squared.
   */
  readonly input: PathMoments;
  readonly inputExponent: readonly number[];
  readonly skip: PathMoments;
  readonly branch: PathMoments;
  readonly exponent: readonly number[];
}

export interface PredictOptions extends InputOptions {
  readonly scheme: ResidualScheme;
  /** The number of residual blocks; not needed with an architecture. */
  readonly depth?: number;
  /** The stages, transition blocks and weight layers of a real network; one stage of `depth` blocks if absent. */
  readonly architecture?: ResidualArchitecture;
  /** `linear` if absent. */
  readonly activation?: Activation;
}

const ONE: Scaled = { mantissa: 1, exponent: 0 };
/** Moments are kept within so many powers of two from 1. */
const FAR = 200;

/**
 * The correlation of a layer's outputs for two inputs of correlation `rho`, weights scaled to preserve the second
 * moment: rho for a linear layer, the arc-cosine kernel for ReLU with He weights (Cho & Saul 2009); 1/π at rho = 0.
 */
export function correlationAfter(activation: Activation, rho: number): number {
  if (activation === "linear") return rho;
  const bounded = Math.min(1, Math.max(-1, rho));
  return (Math.sqrt(1 - bounded * bounded) + bounded * (Math.PI - Math.acos(bounded))) / Math.PI;
}

/**
 * The depth of a prediction: that of the architecture, or `depth`.
 *
 * @throws InvalidArgumentError for a depth that is not a whole number from 1 to 10⁷, or differs from the architecture's.
 */
export function depthOf(options: Pick<PredictOptions, "depth" | "architecture">): number {
  const { depth, architecture } = options;
  if (architecture === undefined) {
    // A whole number beyond 2⁵³ is a depth that a closed form may have answered; here it only is too large.
    if (Number.isInteger(depth) && depth! > MOST_PLANNED_BLOCKS) {
      throw new InvalidArgumentError(
        "depth",
        depth,
        `at most ${MOST_PLANNED_BLOCKS} where blocks are worked out one by one (path lengths of a scheme with the same scale at every block have no such limit)`,
      );
    }
    return requireInteger("depth", depth as number, 1);
  }
  if (depth !== undefined && depth !== architecture.depth) {
    throw new InvalidArgumentError(
      "depth",
      depth,
      `absent, or the ${architecture.depth} of ${architecture.name}`,
    );
  }
  return architecture.depth;
}

/**
 * The moments of every block of an infinitely wide network at initialisation, for independent inputs of second moment
 * `inputVariance` at the first block and a large batch (PAPER section 1: "ReLU and convolution corrections"). Of a scheme
 * that drops branches, the expectation over what is dropped.
 *
 * A branch behind BatchNorm sees inputs of second moment 1 and no batch mean, so it returns 1, of which the ReLU
 * batch mean takes 1/π. Behind LayerNorm it returns 1 and correlates different inputs further; a raw branch does so
 * with the second moment it is given. NF-ResNet's weights of zero mean take the ReLU's mean out. In a transition block
 * the skip path goes through the first activation, normaliser included, and one weight layer.
 *
 * A scheme that normalises the merged sum gives every block but the first a second moment of 1.
 *
 * @throws InvalidArgumentError for a depth that is not a whole number from 1 to 10⁷, a scale that is not a finite number
 * at some block, or an input variance that the network cannot have ({@link InputOptions}).
 */
export function predictMoments(options: PredictOptions): PredictedMoments {
  const { scheme, architecture, activation = "linear" } = options;
  const depth = depthOf(options);
  const [input, skip, branch] = [path(), path(), path()];
  const [inputExponent, exponent] = [[] as number[], [] as number[]];
  // Second moment m and its shared part c (the covariance between two inputs), both times 2^power.
  let m = inputVarianceOf(options);
  let c = 0;
  let power = 0;
  const rebase = () => {
    if (!(m > 2 ** FAR || (m < 2 ** -FAR && m > 0))) return;
    const shift = Math.round(Math.log2(m));
    m = timesPowerOfTwo(m, -shift);
    c = timesPowerOfTwo(c, -shift);
    power += shift;
  };
  rebase();
  const normalized = scheme.normalizer !== "none";
  for (let i = 1; i <= depth; i++) {
    const place = architecture?.blocks[i - 1];
    const kept = scheme.survival?.(i, depth, place?.place) ?? 1;
    const a2 = squaredScale(scheme.branchScale, { i, depth, place: place?.place, argument: "alpha" });
    const b2 = squaredScale(scheme.skipScale, { i, depth, place: place?.place, argument: "skip" });
    const layer = (rho: number) => correlationInBranch(scheme, activation, rho);
    const rho = m === 0 || centres(scheme) ? 0 : c / m;
    const first = layer(rho);
    let shared = first;
    // Each BatchNorm inside the branch starts from 0 again, so that its last layer alone counts.
    for (let more = (place?.layers.length ?? 1) - 1; more > 0 && !centres(scheme); more--) {
      shared = layer(shared);
    }
    push(input, m, c);
    inputExponent.push(power);
    const isTransition = place?.transition ?? false;
    let ofSkip: number;
    let ofBranch: number;
    let sharedBySkip: number;
    if (a2.exponent === 0 && b2.exponent === 0 && Math.abs(power) <= FAR) {
      // Below, for the usual sizes, in plain numbers: a million blocks take half the time.
      const unit = normalized ? 2 ** -power : m;
      ofSkip = b2.mantissa * (isTransition ? unit : m);
      sharedBySkip = b2.mantissa * (isTransition ? unit * first : c);
      ofBranch = kept * a2.mantissa * unit;
    } else {
      const given = { mantissa: m, exponent: power };
      const unit = normalized ? ONE : given;
      const ofInput = isTransition ? unit : given;
      [ofSkip, ofBranch, power] = withOneExponent(
        product(b2, ofInput),
        product(product(scaled(kept), a2), unit),
        power,
      );
      const ofShared = { ...ofInput, mantissa: isTransition ? unit.mantissa * first : c };
      sharedBySkip = mantissaAt(product(b2, ofShared), power);
    }
    push(skip, ofSkip, sharedBySkip);
    push(branch, ofBranch, ofBranch * shared);
    exponent.push(power);
    m = ofSkip + ofBranch;
    c = sharedBySkip + ofBranch * shared;
    if (scheme.normalizesMerge) [m, c, power] = [1, c / m, 0];
    rebase();
  }
  return { input, inputExponent, skip, branch, exponent };
}

/**
 * The variance profile of a scheme, in the moment its path lengths are counted in: batch variance where the branch
 * starts with BatchNorm (it is what BatchNorm sees), second moment where it does not.
 *
 * @example
 * ```ts
 * predictProfile({ scheme: resolveScheme("batchnorm"), depth: 3 }).skip; // [1, 2, 3]
 * ```
 */
export function predictProfile(options: PredictOptions): VarianceProfile {
  const moments = predictMoments(options);
  const counted = countedMoment(options.scheme);
  return {
    origin: "predicted",
    skip: moments.skip[counted],
    branch: moments.branch[counted],
    exponent: moments.exponent,
  };
}

/** Whether the branch's normaliser takes the batch mean out. */
function centres(scheme: ResidualScheme): boolean {
  return scheme.normalizer === "batch";
}

/** The moment in which the paths of a scheme add up. */
export function countedMoment(scheme: ResidualScheme): CountedMoment {
  return centres(scheme) ? "variance" : "secondMoment";
}

/** The batch variance that a branch adds for a second moment of 1, in the moment that is counted. */
export function branchVariance(scheme: ResidualScheme, activation: Activation): number {
  return centres(scheme) ? 1 - correlationInBranch(scheme, activation, 0) : 1;
}

/** {@link correlationAfter}, and for weights of zero mean over their fan-in (R(ρ) − 1/π)/(1 − 1/π) in place of R(ρ). */
function correlationInBranch(scheme: ResidualScheme, activation: Activation, rho: number): number {
  const after = correlationAfter(activation, rho);
  if (scheme.normalizer !== "expected" || activation === "linear") return after;
  return (after - 1 / Math.PI) / (1 - 1 / Math.PI);
}

function path() {
  return { secondMoment: [] as number[], meanSquared: [] as number[], variance: [] as number[] };
}

function push(target: ReturnType<typeof path>, m: number, c: number) {
  target.secondMoment.push(m);
  target.meanSquared.push(c);
  target.variance.push(m - c);
}

/** The square of a scale at a block ({@link finiteSquare}). */
export function squaredScale(
  scale: BlockScale,
  at: {
    readonly i: number;
    readonly depth: number;
    readonly place?: { readonly index: number; readonly length: number };
    readonly argument: string;
  },
): Scaled {
  return finiteSquare(scale(at.i, at.depth, at.place), at);
}

/** The square of a block's scale, which may be beyond the range of float64; throws when it is not a finite number. */
export function finiteSquare(
  value: number,
  { i, argument }: { readonly i: number; readonly argument: string },
): Scaled {
  if (!Number.isFinite(value)) {
    throw new InvalidArgumentError(
      argument,
      value,
      `a finite number at every block (it is not at block ${i})`,
    );
  }
  return squareOf(value);
}
