import type * as tf from "@tensorflow/tfjs";

/** Added to the variance; PyTorch's value (tfjs's is 1e-3). */
export const BATCH_NORM_EPSILON = 1e-5;

/** Mean and variance of each channel. */
export interface ChannelStatistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** γ·x̂ + β, x̂ = (x − mean)/√(variance + 1e-5), for each channel. */
export interface NormalizationOptions {
  /** NHWC, [B, H, W, C]. */
  readonly x: tf.Tensor4D;
  /** Scale and shift, [C]. */
  readonly gamma: tf.Tensor1D;
  readonly beta: tf.Tensor1D;
  readonly statistics: ChannelStatistics;
}

export interface NormalizationGradientOptions extends NormalizationOptions {
  /** A gradient by x to which this one may be added in place. */
  readonly total?: tf.Tensor4D;
}

/** By x, γ and β. */
export type NormalizationGradients = [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
