import { requireInteger, requireProbability } from "../network/domain.js";
import { branchFractions, type VarianceProfile } from "../network/variance-profile.js";
import { poissonBinomialPmf } from "./poisson-binomial.js";

/**
 * The law of K, the number of residual branches that a unit of output variance has traversed: Poisson-binomial in the
 * branch fractions q_1…q_d.
 *
 * @example
 * ```ts
 * const lengths = PathLengthDistribution.ofProfile(
 *   predictProfile({ scheme: resolveScheme("batchnorm"), depth: 10_000, convention: "paper" }),
 * );
 * lengths.cdf(15); // 0.970198694126433
 * ```
 */
export class PathLengthDistribution {
  readonly depth: number;
  readonly mean: number;
  readonly variance: number;
  readonly #pmf: Float64Array;
  readonly #cdf: Float64Array;
  readonly #sf: Float64Array;

  /** @param q the probability of traversing each branch. O(d²) at worst, O(d · spread) in practice. */
  constructor(q: readonly number[]) {
    this.depth = requireInteger("number of blocks", q.length, 1);
    for (const [index, value] of q.entries()) requireProbability(`q of block ${index + 1}`, value);
    this.mean = q.reduce((sum, value) => sum + value, 0);
    this.variance = q.reduce((sum, value) => sum + value * (1 - value), 0);
    this.#pmf = poissonBinomialPmf(q);
    [this.#cdf, this.#sf] = cumulate(this.#pmf);
  }

  static ofProfile(profile: VarianceProfile): PathLengthDistribution {
    return new PathLengthDistribution(branchFractions(profile));
  }

  /** P(K = k); 0 outside 0…d. */
  pmf(k: number): number {
    return this.#pmf[k] ?? 0;
  }

  /** P(K ≤ k). */
  cdf(k: number): number {
    return k < 0 ? 0 : k >= this.depth ? 1 : this.#cdf[Math.floor(k)];
  }

  /** P(K > k), summed from the far tail so that nothing cancels. */
  sf(k: number): number {
    return k < 0 ? 1 : k >= this.depth ? 0 : this.#sf[Math.floor(k)];
  }

  /** The smallest k with P(K ≤ k) ≥ p. */
  quantile(p: number): number {
    requireProbability("p", p);
    let [low, high] = [0, this.depth];
    while (low < high) {
      const middle = (low + high) >> 1;
      // Near 1 the complement is the exact one.
      const reached = p > 0.5 ? this.sf(middle) <= 1 - p : this.cdf(middle) >= p;
      if (reached) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** P(K = k) for k = 0, 1, … up to the first k beyond which at most `tail` is left. */
  pmfUntil(tail: number): number[] {
    let last = 0;
    while (this.sf(last) > tail) last++;
    return Array.from(this.#pmf.subarray(0, last + 1));
  }
}

function cumulate(pmf: Float64Array): [Float64Array, Float64Array] {
  const cdf = new Float64Array(pmf.length);
  const sf = new Float64Array(pmf.length);
  let sum = 0;
  for (let k = 0; k < pmf.length; k++) {
    sum += pmf[k];
    cdf[k] = Math.min(1, sum);
  }
  sum = 0;
  for (let k = pmf.length - 1; k >= 0; k--) {
    sf[k] = Math.min(1, sum);
    sum += pmf[k];
  }
  return [cdf, sf];
}
