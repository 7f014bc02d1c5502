/**
 * P(K = k) for k = first, first + 1, …, times {@link SCALE}. Entries left out are below 1e-330, or beyond the last k
 * that was asked for; `beyond` is the probability of the latter, times SCALE.
 */
export interface PmfTable {
  readonly first: number;
  readonly values: Float64Array;
  readonly beyond: number;
}

/**
 * Probabilities are kept times 2⁴⁵⁰: 1 down to 1e-330 is then far from the subnormal numbers, which are slow and lose
 * digits, and a product of two entries, at most 2⁹⁰⁰, does not overflow.
 */
export const SCALE = 2 ** 450;
export const UNSCALE = 2 ** -450;
export const LOG_SCALE = 450 * Math.LN2;

/** 1e-330, times SCALE. A law's mass flows on with weights of at most 1, so what is dropped stays this small. */
const NEGLIGIBLE = SCALE * 1e-300 * 1e-30;

/** The table without its leading and trailing entries below `least` (1e-330 if absent; scaled). */
export function trim(table: PmfTable, least = NEGLIGIBLE): PmfTable {
  const { first, values, beyond } = table;
  let from = 0;
  let to = values.length;
  while (from < to - 1 && values[from] < least) from++;
  while (to - 1 > from && values[to - 1] < least) to--;
  if (from === 0 && to === values.length) return table;
  return { first: first + from, values: values.subarray(from, to), beyond };
}
