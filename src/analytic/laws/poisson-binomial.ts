import { requireInteger } from "../../network/domain.js";
import type { VarianceProfile } from "../../network/variance-profile.js";
import type { Cumulants } from "./base-law.js";
import type { PathLengthDistribution } from "./distribution.js";
import { exactTable } from "./exact-table.js";
import { fastTable } from "./fast-table.js";
import { saddlePointTails, type Tilted } from "./saddle-point.js";
import { TabulatedLaw } from "./tabulated-law.js";
import { cumulantsOf, supportOf, type Trials, trialsOf, trialsOfProfile } from "./trials.js";
import { TruncatedLaw } from "./truncated-law.js";
import { truncatedTable } from "./truncated-table.js";

export interface PoissonBinomialOptions {
  /** Only k = 0…most: O(d · most) instead of O(d²). Asking for anything beyond throws InvalidArgumentError. */
  readonly most?: number;
}

/**
 * The law of K for arbitrary branch fractions q_1…q_d: Poisson-binomial,
 * P(K = k) = Σ_{|S| = k} ∏_{i∈S} q_i ∏_{i∉S} (1 − q_i).
 *
 * Exact to a relative 1e-12 in pmf, cdf and sf wherever they are at least 1e-300, for d ≤ 10⁴; about 20 ms there, and
 * a second at d = 10⁵ with a spread of 100. For wide laws of more blocks see {@link fastPoissonBinomialLaw}.
 *
 * @throws InvalidArgumentError for an empty list, or a q outside 0…1 (it names the block).
 * @example
 * ```ts
 * poissonBinomialLaw([0.5, 0.25]).pmf(1); // 0.5
 * ```
 */
export function poissonBinomialLaw(
  q: ArrayLike<number>,
  options: PoissonBinomialOptions = {},
): PathLengthDistribution {
  return lawOfTrials(trialsOf(q), options);
}

/**
 * The law of K of a variance profile, from s_i and b_i themselves rather than from the rounded q_i.
 *
 * @throws InvalidArgumentError for a profile that {@link VarianceProfile} does not allow.
 * @example
 * ```ts
 * pathLengths({ origin: "measured", skip: [1, 2], branch: [1, 1] }).pmf(0); // 0.3333333333333333
 * ```
 */
export function pathLengths(
  profile: VarianceProfile,
  options: PoissonBinomialOptions = {},
): PathLengthDistribution {
  return lawOfTrials(trialsOfProfile(profile), options);
}

/**
 * The same law for many blocks and a large spread (d ≥ 10⁵ with q away from 0), by divide and conquer with fast
 * Fourier transforms. No relative accuracy in the tails: `absoluteErrorBound` bounds the absolute error of every pmf
 * value: about 3e-12 for d = 10⁶ of spread 400, where the error itself is some hundred times smaller.
 */
export function fastPoissonBinomialLaw(
  q: ArrayLike<number>,
): PathLengthDistribution & { readonly absoluteErrorBound: number } {
  const trials = trialsOf(q);
  const { table, error } = fastTable(trials);
  return Object.assign(lawOfTable(trials, table), { absoluteErrorBound: error });
}

function lawOfTrials(trials: Trials, { most }: PoissonBinomialOptions): PathLengthDistribution {
  if (most === undefined || most >= trials.hit.length) return lawOfTable(trials, exactTable(trials));
  requireInteger("most", most, 0);
  return new TruncatedLaw({
    depth: trials.hit.length,
    support: supportOf(trials),
    cumulants: cumulantsOf(trials),
    table: truncatedTable(trials, most),
    most,
  });
}

function lawOfTable(trials: Trials, table: ReturnType<typeof exactTable>): TabulatedLaw {
  const support = supportOf(trials);
  return new TabulatedLaw({
    depth: trials.hit.length,
    support,
    cumulants: cumulantsOf(trials),
    table,
    tails: saddlePointTails(tiltedTrials(trials, support)),
  });
}

/** The law tilted by eᵗ is Poisson-binomial again, in q eᵗ / (1 − q + q eᵗ). */
function tiltedTrials(trials: Trials, support: readonly [number, number]): Tilted {
  const { hit, miss } = trials;
  const sum = (term: (i: number) => number) => {
    let total = 0;
    for (let i = 0; i < hit.length; i++) total += term(i);
    return total;
  };
  return {
    support,
    // The larger of 1 and eᵗ is taken out, so that neither overflows.
    logG: (t) =>
      t > 0
        ? sum((i) => t + Math.log(hit[i] + miss[i] * Math.exp(-t)))
        : sum((i) => Math.log(miss[i] + hit[i] * Math.exp(t))),
    cumulants: (t) => tiltedCumulants(trials, t),
    logPmfAtEnd: (end) =>
      end === 0
        ? sum((i) => Math.log(miss[i] > 0 ? miss[i] : hit[i]))
        : sum((i) => Math.log(hit[i] > 0 ? hit[i] : miss[i])),
  };
}

function tiltedCumulants({ hit, miss }: Trials, t: number): Cumulants {
  const [up, down] = t > 0 ? [1, Math.exp(-t)] : [Math.exp(t), 1];
  const tilted = { hit: hit.slice(), miss: miss.slice(), missLow: new Float64Array(0) };
  for (let i = 0; i < hit.length; i++) {
    const total = hit[i] * up + miss[i] * down;
    tilted.hit[i] = (hit[i] * up) / total;
    tilted.miss[i] = (miss[i] * down) / total;
  }
  return cumulantsOf(tilted);
}
