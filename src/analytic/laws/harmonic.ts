import { InvalidArgumentError } from "../../network/errors.js";
import type { Cumulants } from "./base-law.js";
import { convolve } from "./convolve.js";
import type { PathLengthDistribution } from "./distribution.js";
import { exactTable } from "./exact-table.js";
import { inversePowerSum, logGammaStep } from "./gamma.js";
import { type PmfTable, SCALE, trim } from "./pmf-table.js";
import { saddlePointTails, type Tilted } from "./saddle-point.js";
import { TabulatedLaw } from "./tabulated-law.js";
import { cumulantsOf, type Trials } from "./trials.js";

export interface HarmonicOptions {
  /** The number of residual blocks d: a whole number from 1 to 1e100. */
  readonly depth: number;
  /** c ≥ 0 in q_i = 1/(i + c): s_0/b, the variance of what enters block 1 over that of a branch; 0 is the paper's. */
  readonly offset: number;
}

const DEEPEST = 1e100;
/** Up to this depth all blocks are added one by one; beyond it only the first {@link HEAD}. */
const ALL_EXPLICIT = 1024;
const HEAD = 256;
/** No law of a mean of at most ln 1e100 + 1 has a longer table. */
const LONGEST_TABLE = 4096;
/** 1e-335, times SCALE. */
const SHORTEST = SCALE * 1e-300 * 1e-35;

/**
 * The law of K for q_i = 1/(i + c), i = 1…d: a normalised network, whose variance grows by 1 a block. For c = 0 the
 * probabilities are the unsigned Stirling numbers of the first kind over d!.
 *
 * Relative error at most 1e-12 in pmf, cdf and sf wherever they are at least 1e-300, at a cost that does not depend on
 * the depth, from the generating function G(z) = Γ(d+c+z) Γ(c+1) / (Γ(c+z) Γ(d+c+1)) in two factors: the first 256
 * blocks one by one, and the rest, q_i ≤ 1/257, by Newton's identities. Both are non-negative and are convolved.
 *
 * @throws InvalidArgumentError for a depth that is not a whole number from 1 to 1e100, or an offset that is negative or
 * not finite.
 * @example
 * ```ts
 * harmonicLaw({ depth: 10_000, offset: 0 }).cdf(15); // 0.970198694126433
 * ```
 */
export function harmonicLaw(options: HarmonicOptions): PathLengthDistribution {
  const { depth, offset } = options;
  if (!(Number.isInteger(depth) && depth >= 1 && depth <= DEEPEST)) {
    throw new InvalidArgumentError("depth", depth, "a whole number from 1 to 1e100");
  }
  if (!(offset >= 0 && Number.isFinite(offset))) {
    throw new InvalidArgumentError("offset", offset, "a finite number of at least 0");
  }
  const head = harmonicTrials(depth <= ALL_EXPLICIT ? depth : HEAD, offset);
  const left = depth - head.hit.length;
  const first = exactTable(head);
  const support: [number, number] = [offset === 0 ? 1 : 0, depth];
  return new TabulatedLaw({
    depth,
    support,
    cumulants: addCumulants(cumulantsOf(head), remainderCumulants(HEAD + 1 + offset, left)),
    table: left > 0 ? convolve(first, remainder(HEAD + offset, left)) : first,
    tails: saddlePointTails(tiltedHarmonic(depth, offset, support)),
  });
}

/** 1 − q_i as (i − 1 + c)/(i + c): for a tiny c the first block keeps its digits. */
function harmonicTrials(count: number, offset: number): Trials {
  const hit = new Float64Array(count);
  const miss = new Float64Array(count);
  for (let i = 1; i <= count; i++) {
    hit[i - 1] = 1 / (i + offset);
    miss[i - 1] = (i - 1 + offset) / (i + offset);
  }
  return { hit, miss, missLow: new Float64Array(count) };
}

/**
 * The law of the hits among blocks of odds q/(1 − q) = 1/a, 1/(a + 1), … (`count` of them): P(0) = ∏ (1 − q_i)
 * telescopes to a/(a + count), and P(k)/P(0) is the elementary symmetric polynomial e_k of the odds, which Newton's
 * identities give from the power sums p_j: k e_k = Σ_j (−1)^{j−1} e_{k−j} p_j.
 *
 * The alternating sum does not cancel here: with a ≥ 256 each term is smaller than the one before by (k/p_1)/a, at
 * most about one half where P(k) ≥ 1e-330.
 */
function remainder(a: number, count: number): PmfTable {
  const sums: number[] = [];
  const values = new Float64Array(LONGEST_TABLE);
  values[0] = SCALE / (1 + count / a);
  let last = 0;
  for (let k = 1; k < LONGEST_TABLE && k <= count; k++) {
    let total = 0;
    for (let j = 1; j <= k; j++) {
      if (sums.length < j) sums.push(inversePowerSum(j, a, count));
      const term = values[k - j] * sums[j - 1];
      total += j % 2 === 1 ? term : -term;
      if (term < 1e-18 * total) break;
    }
    values[k] = total / k;
    last = k;
    if (k > sums[0] && values[k] < SHORTEST) break;
  }
  return trim({ first: 0, values: values.subarray(0, last + 1), beyond: 0 });
}

/** κ₁…κ₄ of q_i = 1/a, 1/(a + 1), …: with q ≤ 1/257 the sums of powers do not cancel. */
function remainderCumulants(a: number, count: number): Cumulants {
  return count > 0 ? fromPowerSums([1, 2, 3, 4].map((j) => inversePowerSum(j, a, count))) : [0, 0, 0, 0];
}

/** The cumulants of a Poisson-binomial law from S_j = Σ q_i^j. */
function fromPowerSums([s1, s2, s3, s4]: readonly number[]): Cumulants {
  return [s1, s1 - s2, s1 - 3 * s2 + 2 * s3, s1 - 7 * s2 + 12 * s3 - 6 * s4];
}

function addCumulants(a: Cumulants, b: Cumulants): Cumulants {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];
}

/** Tilted by z = eᵗ the branch fractions are z/(i + c − 1 + z). */
function tiltedHarmonic(depth: number, offset: number, support: readonly [number, number]): Tilted {
  return {
    support,
    logG: (t) => {
      const step = Math.expm1(t);
      // The two differences of ln Γ lose the fewer digits to each other, the smaller their step is.
      if (Math.abs(step) > depth) {
        return logGammaStep(offset + Math.exp(t), depth) - logGammaStep(offset + 1, depth);
      }
      return logGammaStep(depth + offset + 1, step) - logGammaStep(offset + 1, step);
    },
    cumulants: (t) => {
      const z = Math.exp(t);
      return fromPowerSums([1, 2, 3, 4].map((j) => z ** j * inversePowerSum(j, offset + z, depth)));
    },
    logPmfAtEnd: (end) => {
      if (end === 1) return -logGammaStep(offset + 1, depth);
      // ∏ (1 − q_i) = c/(d + c); for c = 0 the first block is certain, and the others leave 1/d.
      return offset === 0 ? -Math.log(depth) : Math.log(offset) - Math.log(depth + offset);
    },
  };
}
