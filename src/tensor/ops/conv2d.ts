import * as tf from "@tensorflow/tfjs";

export interface Conv2dOptions {
  /** NHWC, [B, H, W, C]. */
  readonly x: tf.Tensor4D;
  /** [k, k, C, O], k odd. */
  readonly filter: tf.Tensor4D;
  /** 1 if absent. */
  readonly stride?: number;
}

/**
 * A 2-D convolution without bias, padded with (k−1)/2 zeros on every side as PyTorch's Wide-ResNets are.
 *
 * tfjs's own "same" padding puts all zeros of a 3×3 convolution of stride 2 after an even-sized image; this one puts
 * one before and none after. The shapes agree, the taps are a pixel apart.
 *
 * @returns [B, ⌈H/stride⌉, ⌈W/stride⌉, O].
 */
export function conv2d({ x, filter, stride = 1 }: Conv2dOptions): tf.Tensor4D {
  const pad = (filter.shape[0] - 1) / 2;
  return tf.conv2d(
    x,
    filter,
    stride,
    [
      [0, 0],
      [pad, pad],
      [pad, pad],
      [0, 0],
    ],
    "NHWC",
    1,
    "floor",
  );
}
