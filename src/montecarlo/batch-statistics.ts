/** Statistics over the batch, averaged over features, in float64. */
export interface BatchStatistics {
  /** Mean over features of the biased batch variance. */
  readonly variance: number;
  /** Mean over features of the squared batch mean. */
  readonly meanSquared: number;
  /** Mean over batch and features of the square. */
  readonly secondMoment: number;
  /** By feature. */
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

/** Statistics of `values`, [batch, width] row by row. Two passes: the difference of two large sums would cancel. */
export function batchStatistics(values: ArrayLike<number>, batch: number, width: number): BatchStatistics {
  const means = new Float64Array(width);
  const variances = new Float64Array(width);
  for (let row = 0, at = 0; row < batch; row++) {
    for (let w = 0; w < width; w++, at++) means[w] += values[at];
  }
  for (let w = 0; w < width; w++) means[w] /= batch;
  for (let row = 0, at = 0; row < batch; row++) {
    for (let w = 0; w < width; w++, at++) {
      const deviation = values[at] - means[w];
      variances[w] += deviation * deviation;
    }
  }
  let variance = 0;
  let meanSquared = 0;
  for (let w = 0; w < width; w++) {
    variances[w] /= batch;
    variance += variances[w];
    meanSquared += means[w] * means[w];
  }
  variance /= width;
  meanSquared /= width;
  return { variance, meanSquared, secondMoment: variance + meanSquared, means, variances };
}
