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

export interface GroupNormOptions {
  /** NHWC, [B, H, W, C]. */
  readonly x: tf.Tensor4D;
  /** Scale and shift, [C]. */
  readonly gamma: tf.Tensor1D;
  readonly beta: tf.Tensor1D;
  /** Of consecutive channels, a divisor of C; 1 is layer normalisation. */
  readonly groups: number;
  /** Whether a ReLU follows. */
  readonly rectifies: boolean;
}

/** A forward pass of a group normalisation, and its gradients. */
export interface GroupNormPass {
  readonly y: tf.Tensor4D;
  /** @param saved x, γ and β. */
  gradients(dy: tf.Tensor, saved: readonly tf.Tensor[]): GroupNormGradients;
}

export interface GroupNormGradients {
  /** By x. */
  readonly dx: tf.Tensor;
  /** By γ and β. */
  readonly byScale: Float64Array;
  readonly byShift: Float64Array;
}
