import type * as tf from "@tensorflow/tfjs";

/** What a convolution, padded with (k−1)/2 zeros on every side, goes from and through. */
export interface ConvolutionShapes {
  /** [B, H, W, C]. */
  readonly input: tf.Tensor4D["shape"];
  /** [k, k, C, O]. */
  readonly filter: tf.Tensor4D["shape"];
  readonly stride: number;
}
