import { requireInteger, requireProbability } from "../../network/domain.js";
import { deviance, stirlingError } from "./deviance.js";
import type { PathLengthDistribution } from "./distribution.js";
import { distanceFromMean } from "./exact-product.js";
import { tailIntegral } from "./tail-integral.js";
import { TwoSidedLaw } from "./two-sided-law.js";

export interface BinomialOptions {
  /** The number of residual blocks d: a whole number from 1 to 1e15. */
  readonly depth: number;
  /** The branch fraction q of every block. */
  readonly probability: number;
}

/**
 * The law of K for equal branch fractions q: Binomial(d, q), such as q = ½ for an unnormalised network and
 * α²/(1 + α²) for SkipInit. Its limit for d → ∞ at dq = λ is {@link poissonLaw}.
 *
 * Relative error at most 1e-12 in pmf, cdf and sf wherever they are at least 1e-300, for d up to 1e15 and q down to
 * 1e-300: the saddle-point form of the pmf (Loader 2000), and for the tails the integral of the incomplete beta
 * function, P(K ≥ k) = P(K = k) · k ∫₀¹ (1 − y)^{k−1} (1 + yq/(1 − q))^{d−k} dy.
 *
 * @throws InvalidArgumentError for a depth that is not a whole number from 1 to 1e15, or a q outside 0…1.
 * @example
 * ```ts
 * binomialLaw({ depth: 2, probability: 0.5 }).pmf(1); // 0.5
 * ```
 */
export function binomialLaw(options: BinomialOptions): PathLengthDistribution {
  const depth = requireInteger("depth", options.depth, 1, 1e15);
  return new BinomialLaw(depth, requireProbability("probability", options.probability));
}

class BinomialLaw extends TwoSidedLaw {
  readonly #p: number;
  readonly #miss: number;

  constructor(depth: number, p: number) {
    const miss = 1 - p;
    const variance = depth * p * miss;
    super(
      depth,
      [p === 1 ? depth : 0, p === 0 ? 0 : depth],
      [depth * p, variance, variance * (miss - p), variance * (1 - 6 * p * miss)],
    );
    this.#p = p;
    this.#miss = miss;
  }

  protected logPmfInside(k: number): number {
    const n = this.depth;
    if (k === 0) return n * Math.log1p(-this.#p);
    if (k === n) return n * Math.log(this.#p);
    const fromMean = distanceFromMean(k, n, this.#p);
    const exponent =
      deviance(k, n * this.#p, fromMean) +
      deviance(n - k, n * this.#miss, -fromMean) -
      (stirlingError(n) - stirlingError(k) - stirlingError(n - k));
    return -exponent - 0.5 * Math.log(2 * Math.PI * k * (1 - k / n));
  }

  protected upperRatio(k: number): number {
    const slope = distanceFromMean(k, this.depth, this.#p) / this.#miss - 1;
    const odds = this.#p / this.#miss;
    return k * tailIntegral({ falling: k - 1, rising: this.depth - k, odds, slope, limit: 1 });
  }

  /** The upper tail of the number of branches that were not taken. */
  protected lowerRatio(k: number): number {
    const missed = this.depth - k;
    const slope = -distanceFromMean(k, this.depth, this.#p) / this.#p - 1;
    const odds = this.#miss / this.#p;
    return missed * tailIntegral({ falling: missed - 1, rising: k, odds, slope, limit: 1 });
  }

  protected wideEntropy(): number {
    const v = this.variance;
    return 0.5 * Math.log(2 * Math.PI * Math.E * v) + (4 * this.#p * this.#miss - 1) / (12 * v);
  }
}
