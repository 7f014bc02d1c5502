import { InvalidArgumentError } from "../../network/errors.js";
import { deviance, stirlingError } from "./deviance.js";
import type { PathLengthDistribution } from "./distribution.js";
import { tailIntegral } from "./tail-integral.js";
import { TwoSidedLaw } from "./two-sided-law.js";

/**
 * The Poisson limit of the binomial law for infinitely many blocks and mean λ, such as λ = 1 for SkipInit with
 * α = 1/√d. `depth` is Infinity. Relative error at most 1e-12 wherever a value is at least 1e-300.
 *
 * @throws InvalidArgumentError for a mean that is not a number from 0 to 1e15.
 * @example
 * ```ts
 * poissonLaw({ mean: 1 }).pmf(0); // 0.36787944117144233
 * ```
 */
export function poissonLaw(options: { readonly mean: number }): PathLengthDistribution {
  const { mean } = options;
  if (!(mean >= 0 && mean <= 1e15)) throw new InvalidArgumentError("mean", mean, "a number from 0 to 1e15");
  return new PoissonLaw(mean);
}

class PoissonLaw extends TwoSidedLaw {
  constructor(mean: number) {
    super(Number.POSITIVE_INFINITY, [0, mean === 0 ? 0 : Number.POSITIVE_INFINITY], [mean, mean, mean, mean]);
  }

  protected logPmfInside(k: number): number {
    if (k === 0) return -this.mean;
    return -deviance(k, this.mean, k - this.mean) - stirlingError(k) - 0.5 * Math.log(2 * Math.PI * k);
  }

  protected upperRatio(k: number): number {
    const slope = k - this.mean - 1;
    return k * tailIntegral({ falling: k - 1, rising: 0, odds: 1, slope, limit: 1 });
  }

  protected lowerRatio(k: number): number {
    const limit = Number.POSITIVE_INFINITY;
    return this.mean * tailIntegral({ falling: 0, rising: k, odds: 1, slope: this.mean - k, limit });
  }

  protected wideEntropy(): number {
    return 0.5 * Math.log(2 * Math.PI * Math.E * this.mean) - 1 / (12 * this.mean);
  }
}
