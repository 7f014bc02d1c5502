import type { tf } from "../../tensor/backend.js";
import { featureMoments } from "../../tensor/sampling/feature-moments.js";
import { valuesOf } from "../../tensor/transfer.js";

/**
 * What is measured of a tensor x [rows, features] in float64. The rows are the inputs of a batch, or their positions: of a
 * map [batch, size, size, channels] there are batch·size² of them. μ_f and σ_f² are the mean and the biased variance
 * (divided by the number of rows) of feature f over the rows, μ_r and σ_r² those of row r over the features.
 */
export interface BatchStatistics {
  /** Mean over features of σ_f²: what BatchNorm divides by, squared. */
  readonly variance: number;
  /** Mean over features of μ_f². */
  readonly meanSquared: number;
  /** Mean over rows and features of x²: `variance` + `meanSquared`. */
  readonly secondMoment: number;
  /** Mean over rows of σ_r²: what LayerNorm divides by, squared, where a row is an input. */
  readonly channelVariance: number;
  /** μ_f by feature. */
  readonly means: Float64Array;
  /** σ_f² by feature. */
  readonly variances: Float64Array;
}

/** Rows and columns of a matrix that lies in memory row by row. */
export interface MatrixShape {
  readonly rows: number;
  readonly features: number;
}

/** {@link BatchStatistics} of `x`. Two passes a statistic: the difference of two large sums would cancel. */
export function batchStatistics(x: ArrayLike<number>, { rows, features }: MatrixShape): BatchStatistics {
  const { means, variances } = momentsByFeature(x, { rows, features });
  return summarize({ means, variances, channelVariance: channelVarianceOf(x, { rows, features }) });
}

/**
 * {@link BatchStatistics} of a tensor [rows, features].
 *
 * @param withChannelVariance false where nobody asks for it: it may then be NaN.
 */
export function tensorStatistics(x: tf.Tensor2D, withChannelVariance = true): BatchStatistics {
  const [rows, features] = x.shape;
  const moments = featureMoments(x, withChannelVariance);
  return moments ? summarize(moments) : batchStatistics(valuesOf(x), { rows, features });
}

/** The statistics over all features of those by feature. */
function summarize(
  moments: Pick<BatchStatistics, "means" | "variances" | "channelVariance">,
): BatchStatistics {
  const { means, variances } = moments;
  let [variance, meanSquared] = [0, 0];
  for (let f = 0; f < means.length; f++) {
    variance += variances[f];
    meanSquared += means[f] * means[f];
  }
  variance /= means.length;
  meanSquared /= means.length;
  return { variance, meanSquared, secondMoment: variance + meanSquared, ...moments };
}

function momentsByFeature(x: ArrayLike<number>, { rows, features }: MatrixShape) {
  const means = new Float64Array(features);
  const variances = new Float64Array(features);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let f = 0; f < features; f++, at++) means[f] += x[at];
  }
  for (let f = 0; f < features; f++) means[f] /= rows;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let f = 0; f < features; f++, at++) variances[f] += (x[at] - means[f]) ** 2;
  }
  for (let f = 0; f < features; f++) variances[f] /= rows;
  return { means, variances };
}

function channelVarianceOf(x: ArrayLike<number>, { rows, features }: MatrixShape): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * features;
    let mean = 0;
    for (let at = start; at < start + features; at++) mean += x[at];
    mean /= features;
    for (let at = start; at < start + features; at++) sum += (x[at] - mean) ** 2;
  }
  return sum / (rows * features);
}
