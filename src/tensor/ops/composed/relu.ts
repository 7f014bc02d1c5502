import * as tf from "@tensorflow/tfjs";

/** max(0, x), but not a number where x is −∞ or not a number: the wasm backend's own ReLU turns those into 0. */
export function rectified<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(x, tf.step(x)));
}

/** The derivative of {@link rectified} at its result `y`, times `dy`: dy where y > 0, else 0. */
export function throughRectifier<T extends tf.Tensor>(dy: T, y: tf.Tensor): T {
  return tf.tidy(() => tf.mul(dy, tf.step(y)));
}
