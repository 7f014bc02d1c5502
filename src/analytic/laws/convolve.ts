import { type PmfTable, trim, UNSCALE } from "./pmf-table.js";

/**
 * The law of the sum of two independent counts, by direct convolution.
 *
 * All terms are non-negative, so nothing cancels: the relative error of an entry is at most that of the two tables
 * plus m·2⁻⁵³ for a sum of m terms, in practice a few 2⁻⁵³.
 */
export function convolve(a: PmfTable, b: PmfTable): PmfTable {
  const [long, short] = a.values.length >= b.values.length ? [a.values, b.values] : [b.values, a.values];
  const out = new Float64Array(long.length + short.length - 1);
  // Four terms of the shorter table at a time: a quarter of the loads and stores of `out`.
  let i = 0;
  for (; i + 3 < short.length && long.length > 3; i += 4) addFour(out, long, short, i);
  for (; i < short.length; i++) addOne(out, long, short[i], i);
  for (let k = 0; k < out.length; k++) out[k] *= UNSCALE;
  return trim({ first: a.first + b.first, values: out, beyond: 0 });
}

function addOne(out: Float64Array, long: Float64Array, x: number, at: number): void {
  for (let j = 0; j < long.length; j++) out[at + j] += x * long[j];
}

function addFour(out: Float64Array, long: Float64Array, short: Float64Array, at: number): void {
  const n = long.length;
  const [x0, x1, x2, x3] = [short[at], short[at + 1], short[at + 2], short[at + 3]];
  out[at] += x0 * long[0];
  out[at + 1] += x0 * long[1] + x1 * long[0];
  out[at + 2] += x0 * long[2] + x1 * long[1] + x2 * long[0];
  for (let j = 3; j < n; j++) {
    out[at + j] += x0 * long[j] + x1 * long[j - 1] + x2 * long[j - 2] + x3 * long[j - 3];
  }
  out[at + n] += x1 * long[n - 1] + x2 * long[n - 2] + x3 * long[n - 3];
  out[at + n + 1] += x2 * long[n - 1] + x3 * long[n - 2];
  out[at + n + 2] += x3 * long[n - 1];
}
