import { convolve } from "./convolve.js";
import { exactTable } from "./exact-table.js";
import { fftConvolve } from "./fft.js";
import { type PmfTable, SCALE, trim, UNSCALE } from "./pmf-table.js";
import type { Trials } from "./trials.js";

/** Trials of a subtree that is done exactly, and the table length from which the transform is the faster. */
const EXACT_TRIALS = 512;
const FFT_FROM = 256;
/** Entries below 1e-25 are dropped on the way: far below the error of the transforms. */
const DROPPED = 1e-25 * SCALE;

/**
 * The law of the number of hits to a small absolute error, in O(σ log σ log d) for a spread σ, by divide and conquer
 * with fast Fourier transforms.
 *
 * `error` bounds the absolute error of every probability and is computed along: a convolution with a law, whose
 * entries add up to 1, passes errors on unamplified, so that the errors of the transforms and of what is dropped just
 * add up. (The error of a sum of m of them, a cdf, is at most m times as large.)
 */
export function fastTable(trials: Trials): { table: PmfTable; error: number } {
  const build = (from: number, to: number): { table: PmfTable; error: number } => {
    if (to - from <= EXACT_TRIALS) {
      return { table: trim(exactTable(trials, from, to), DROPPED), error: 1e-15 };
    }
    const middle = from + Math.ceil((to - from) / 2);
    const a = build(from, middle);
    const b = build(middle, to);
    const joined = join(a.table, b.table);
    return { table: joined.table, error: a.error + b.error + joined.error };
  };
  return build(0, trials.hit.length);
}

function join(a: PmfTable, b: PmfTable): { table: PmfTable; error: number } {
  const dropped = 2e-25 * (a.values.length + b.values.length);
  if (Math.min(a.values.length, b.values.length) < FFT_FROM) {
    return { table: trim(convolve(a, b), DROPPED), error: dropped + 1e-16 };
  }
  const unscaled = (table: PmfTable) => table.values.map((p) => p * UNSCALE);
  const { values, error } = fftConvolve(unscaled(a), unscaled(b));
  // Rounding leaves entries of either sign about 0; a probability is at least 0.
  for (let k = 0; k < values.length; k++) values[k] = Math.max(0, values[k]) * SCALE;
  // Noise of the transform is no tail.
  const table = trim({ first: a.first + b.first, values, beyond: 0 }, Math.max(DROPPED, 1e-17 * SCALE));
  return { table, error: error + dropped + 1e-17 };
}
