import { convolve } from "../laws/convolve.js";
import type { PathLengthDistribution } from "../laws/distribution.js";
import { exactTable } from "../laws/exact-table.js";
import { lawOfTable } from "../laws/law-of-table.js";
import { type PmfTable, trim } from "../laws/pmf-table.js";
import { trialsOf } from "../laws/trials.js";

/** Blocks in a row of a normalised network whose branches add the same variance, each kept with its own probability. */
export interface StochasticSegment {
  /** The variance at the start over what one branch adds: K given n kept branches is harmonic with this offset. */
  readonly offset: number;
  /** p_i of the blocks. */
  readonly survival: readonly number[];
}

/** The most blocks of a mixture; at 10⁵ it takes a second at most, and its relative error is 4e-14 where all are kept. */
export const MOST_STOCHASTIC_BLOCKS = 100_000;

/**
 * The law of K in a normalised network with stochastic depth: E over the masks of the share of the variance that each
 * masked network has at length k. A mask counts by its own probability, whatever variance it leaves.
 *
 * In a segment the number n of kept branches is Poisson-binomial in p_i, and given n the fractions are 1/(j + c),
 * j = 1…n, whichever they are, so that
 *
 *     P(K = k) = Σ_n P(N = n) h_n(k),   h_n(k) = ((n − 1 + c) h_{n−1}(k) + h_{n−1}(k − 1))/(n + c).
 *
 * A transition block begins a segment; segments are independent, and their laws are convolved.
 */
export function stochasticDepthLaw(segments: readonly StochasticSegment[]): PathLengthDistribution {
  const table = segments.map(mixture).reduce(convolve);
  const depth = segments.reduce((sum, { survival }) => sum + survival.length, 0);
  const possible = segments.reduce((sum, { survival }) => sum + survival.filter((p) => p > 0).length, 0);
  return lawOfTable({ depth, support: [0, possible], table });
}

function mixture({ offset, survival }: StochasticSegment): PmfTable {
  const kept = exactTable(trialsOf(survival));
  const top = kept.first + kept.values.length - 1;
  const total = new Float64Array(top + 1);
  // h_n, as far as it is at least 1e-330.
  let harmonic = new Float64Array(64);
  harmonic[0] = 1;
  let last = 0;
  for (let n = 0; n <= top; n++) {
    const weight = kept.values[n - kept.first] ?? 0;
    if (weight > 0) for (let k = 0; k <= last; k++) total[k] += weight * harmonic[k];
    const branches = n + 1 + offset;
    const stay = (n + offset) / branches;
    if (last + 2 > harmonic.length) harmonic = grown(harmonic);
    harmonic[last + 1] = 0;
    for (let k = last + 1; k > 0; k--) harmonic[k] = harmonic[k] * stay + harmonic[k - 1] / branches;
    harmonic[0] *= stay;
    if (harmonic[last + 1] > 1e-305) last++;
  }
  return trim({ first: 0, values: total, beyond: 0 });
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * values.length);
  longer.set(values);
  return longer;
}
