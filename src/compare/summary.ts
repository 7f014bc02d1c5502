/** A mean over independent values with its standard error. */
export interface MeanWithError {
  readonly mean: number;
  /** s/√n with the unbiased s; 0 for a single value, which the verdict rules treat as unknown. */
  readonly se: number;
}

/**
 * The mean of independent values and its standard error √(Σ(x−x̄)² / (n(n−1))). Values may be as large as float64
 * holds: they are scaled by the largest before they are squared. A value that is not finite makes both Infinity.
 */
export function meanWithError(values: readonly number[]): MeanWithError {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!Number.isFinite(largest)) return { mean: Infinity, se: Infinity };
  if (largest === 0) return { mean: 0, se: 0 };
  const count = values.length;
  const relativeMean = values.reduce((sum, value) => sum + value / largest, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value / largest - relativeMean) ** 2, 0);
  const relativeError = count > 1 ? Math.sqrt(squares / (count * (count - 1))) : 0;
  return { mean: relativeMean * largest, se: relativeError * largest };
}
