import { requireInteger } from "../network/domain.js";
import { InvalidArgumentError } from "../network/errors.js";
import type { Activation, Convention, ResidualScheme } from "../network/scheme.js";
import type { VarianceProfile } from "../network/variance-profile.js";

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
  readonly skip: PathMoments;
  readonly branch: PathMoments;
  readonly exponent: readonly number[];
}

export interface PredictOptions {
  readonly scheme: ResidualScheme;
  readonly depth: number;
  /** `linear` if absent. */
  readonly activation?: Activation;
  /** `unit-input` if absent. `paper` starts a normalised network from an input of variance 0. */
  readonly convention?: Convention;
}

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
 * The moments of every block of an infinitely wide network at initialisation, for independent inputs of unit second
 * moment and a large batch (PAPER section 1: "ReLU and convolution corrections").
 *
 * A normalised branch sees inputs of second moment 1 and no batch mean, so it returns 1, of which the ReLU batch mean
 * takes 1/π. A raw branch returns the second moment it is given and correlates different inputs further.
 *
 * @throws InvalidArgumentError for a depth that is not a whole number ≥ 1, a scale that is not a finite number
 * at some block, or the convention `paper` with a scheme that has no normaliser.
 */
export function predictMoments(options: PredictOptions): PredictedMoments {
  const { scheme, activation = "linear", convention = "unit-input" } = options;
  const depth = requireInteger("depth", options.depth, 1);
  if (convention === "paper" && scheme.branchInput !== "normalized") {
    throw new InvalidArgumentError(
      "convention",
      convention,
      `unit-input for ${scheme.name}, which has no normaliser`,
    );
  }
  const path = () => ({
    secondMoment: [] as number[],
    meanSquared: [] as number[],
    variance: [] as number[],
  });
  const [skip, branch, exponent] = [path(), path(), [] as number[]];
  // Second moment m and its shared part c (the covariance between two inputs), both times 2^power.
  let m = convention === "paper" ? 0 : 1;
  let c = 0;
  let power = 0;
  for (let i = 1; i <= depth; i++) {
    const a2 = squaredScale(scheme.branchScale, i, depth, "alpha");
    const b2 = squaredScale(scheme.skipScale, i, depth, "skip");
    const unit = scheme.branchInput === "normalized" ? 2 ** -power : m;
    const rho = scheme.branchInput === "normalized" || m === 0 ? 0 : c / m;
    const shared = unit * correlationAfter(activation, rho);
    push(skip, b2 * m, b2 * c);
    push(branch, a2 * unit, a2 * shared);
    exponent.push(power);
    m = b2 * m + a2 * unit;
    c = b2 * c + a2 * shared;
    if (m > 2 ** 200 || (m < 2 ** -200 && m > 0)) {
      const shift = Math.round(Math.log2(m));
      m *= 2 ** -shift;
      c *= 2 ** -shift;
      power += shift;
    }
  }
  return { skip, branch, exponent };
}

/**
 * The variance profile of a scheme, in the moment its path lengths are counted in: batch variance where the branch
 * is normalised (it is what BatchNorm sees), second moment where it is not.
 *
 * @example
 * ```ts
 * predictProfile({ scheme: resolveScheme("batchnorm"), depth: 3 }).skip; // [1, 2, 3]
 * ```
 */
export function predictProfile(options: PredictOptions): VarianceProfile {
  const moments = predictMoments(options);
  const counted = options.scheme.branchInput === "normalized" ? "variance" : "secondMoment";
  return {
    origin: "predicted",
    skip: moments.skip[counted],
    branch: moments.branch[counted],
    exponent: moments.exponent,
  };
}

function push(
  path: { secondMoment: number[]; meanSquared: number[]; variance: number[] },
  m: number,
  c: number,
) {
  path.secondMoment.push(m);
  path.meanSquared.push(c);
  path.variance.push(m - c);
}

function squaredScale(
  scale: ResidualScheme["skipScale"],
  block: number,
  depth: number,
  argument: string,
): number {
  const value = scale(block, depth);
  const square = value * value;
  if (!Number.isFinite(square)) {
    throw new InvalidArgumentError(
      argument,
      value,
      `a finite number at every block (it is not at block ${block})`,
    );
  }
  return square;
}
