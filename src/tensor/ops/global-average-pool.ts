import * as tf from "@tensorflow/tfjs";

/**
 * The mean over space.
 *
 * @param x NHWC, [B, H, W, C].
 * @returns [B, C].
 */
export function globalAveragePool(x: tf.Tensor4D): tf.Tensor2D {
  return pool(x) as tf.Tensor2D;
}

const pool = tf.customGrad((input) => {
  const x = input as tf.Tensor4D;
  const [batch, height, width, channels] = x.shape;
  return {
    value: tf.tidy(() => tf.reshape(tf.avgPool(x, [height, width], 1, "valid"), [batch, channels])),
    gradFunc: (dy) =>
      tf.tidy(() => {
        const pixels = tf.fill([1, height, width, 1], 1 / (height * width));
        return tf.mul(pixels, tf.reshape(dy as tf.Tensor2D, [batch, 1, 1, channels]));
      }),
  };
});
