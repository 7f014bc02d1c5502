/**
 * The value that a χ² variable of `degrees` exceeds with probability 1e-6 (Wilson–Hilferty; 4.7534 is the standard
 * normal's quantile). The seeds are fixed, so a test that passes once passes always.
 */
export function chiSquareLimit(degrees: number): number {
  const variance = 2 / (9 * degrees);
  return degrees * (1 - variance + 4.7534 * Math.sqrt(variance)) ** 3;
}

/** Pearson's statistic of counts whose expectations are equal. */
export function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
