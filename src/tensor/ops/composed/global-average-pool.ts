import * as tf from "@tensorflow/tfjs";

/** The mean over space, [B, C]. */
export function meanOverSpace(x: tf.Tensor4D): tf.Tensor2D {
  const [batch, height, width, channels] = x.shape;
  return tf.tidy(() => tf.reshape(tf.avgPool(x, [height, width], 1, "valid"), [batch, channels]));
}

/** dy/(H·W) at every pixel of [B, H, W, C]. */
export function spreadOverSpace(dy: tf.Tensor2D, shape: tf.Tensor4D["shape"]): tf.Tensor4D {
  const [batch, height, width, channels] = shape;
  return tf.tidy(() => {
    const pixels = tf.fill([1, height, width, 1], 1 / (height * width));
    return tf.mul(pixels, tf.reshape(dy, [batch, 1, 1, channels]));
  });
}
