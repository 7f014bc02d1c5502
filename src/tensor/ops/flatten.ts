import * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";

/**
 * Each image as one pixel: its numbers in their order, as channels.
 *
 * @param x NHWC, [B, H, W, C].
 * @returns [B, 1, 1, H·W·C], on the same buffer.
 */
export function flatten(x: tf.Tensor4D): tf.Tensor4D {
  const { shape } = x;
  const [batch, height, width, channels] = shape;
  return differentiable({
    inputs: [x],
    forward: () => tf.reshape(x, [batch, 1, 1, height * width * channels]),
    backward: (dy) => [tf.reshape(dy, shape)],
  });
}
