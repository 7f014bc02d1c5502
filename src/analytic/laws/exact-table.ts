import { convolve } from "./convolve.js";
import { type PmfTable, SCALE, trim } from "./pmf-table.js";
import type { Trials } from "./trials.js";

/** Below this, adding one trial after another is faster than splitting, and its errors stay a few units. */
const LEAF = 32;

/**
 * The law of the number of hits, all k of probability at least 1e-330, by splitting the trials in halves and
 * convolving: O(d²) at worst, O(d · spread) in practice.
 *
 * Error: a leaf of 32 trials carries the rounding error of 1 − q_i along to first order and is left with at most
 * 32·3·2⁻⁵³ from its own sums. Errors of the two sides of a convolution add, so that d = 10⁴ gives at most 313
 * leaves · 1e-14 = 3e-12 if every rounding fell the same way; measured are 1.4e-13 for 10⁴ equal q, where many do.
 */
export function exactTable(trials: Trials, from = 0, to = trials.hit.length): PmfTable {
  const count = to - from;
  if (count <= LEAF) return leaf(trials, from, to);
  // Halves that are whole leaves.
  const middle = from + Math.ceil(count / LEAF / 2) * LEAF;
  return convolve(exactTable(trials, from, middle), exactTable(trials, middle, to));
}

function leaf(trials: Trials, from: number, to: number): PmfTable {
  const values = new Float64Array(to - from + 1);
  values[0] = SCALE;
  addTrials({ trials, from, to, pmf: values, lost: new Float64Array(values.length) });
  return trim({ first: 0, values, beyond: 0 });
}

/**
 * Adds the trials from…to−1, one after the other, to `pmf`, the law of no trial yet. `lost`, all 0, holds meanwhile
 * what the rounding of 1 − q has cost each entry, and is added at the end.
 */
export function addTrials(options: {
  readonly trials: Trials;
  readonly from: number;
  readonly to: number;
  readonly pmf: Float64Array;
  readonly lost: Float64Array;
}): void {
  const { trials, from, to, pmf, lost } = options;
  for (let i = from; i < to; i++) {
    const q = trials.hit[i];
    const miss = trials.miss[i];
    const low = trials.missLow[i];
    for (let k = i - from + 1; k > 0; k--) {
      lost[k] = lost[k] * miss + pmf[k] * low + lost[k - 1] * q;
      pmf[k] = pmf[k] * miss + pmf[k - 1] * q;
    }
    lost[0] = lost[0] * miss + pmf[0] * low;
    pmf[0] *= miss;
  }
  for (let k = 0; k < pmf.length; k++) pmf[k] += lost[k];
}
