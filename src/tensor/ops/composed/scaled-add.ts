import * as tf from "@tensorflow/tfjs";
import { channelMeans } from "../channel-means.js";

/** scaleA·a + scaleB·b. */
export function scaledSum(a: tf.Tensor4D, b: tf.Tensor4D, scales: readonly [number, number]): tf.Tensor4D {
  return tf.tidy(() => tf.add(tf.mul(a, scales[0]), tf.mul(b, scales[1])));
}

/** factor·x. */
export function scaled(x: tf.Tensor, factor: number): tf.Tensor {
  return tf.tidy(() => tf.mul(x, factor));
}

/** Σ a·b. */
export function innerProduct(a: tf.Tensor4D, b: tf.Tensor4D): number {
  const [batch, height, width] = a.shape;
  const means = tf.tidy(() => channelMeans(tf.mul(a, b)));
  return means.reduce((total, mean) => total + mean, 0) * batch * height * width;
}
