import * as tf from "@tensorflow/tfjs";

/**
 * max(0, x), but not a number where x is −∞ or not a number.
 *
 * The wasm backend's own ReLU turns those into 0, and a network whose weights have overflowed would go on with a
 * finite loss near ln(classes), as if it had merely not learned. Here a non-finite number always reaches the loss.
 */
export function rectified<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(x, tf.step(x)));
}

/** The derivative of {@link rectified} at its result `y`, times `dy`: dy where y > 0, else 0. */
export function throughRectifier<T extends tf.Tensor>(dy: T, y: tf.Tensor): T {
  return tf.tidy(() => tf.mul(dy, tf.step(y)));
}

/** {@link rectified} with a gradient; at 0 the derivative is 0. */
export function relu<T extends tf.Tensor>(x: T): T {
  return rectifier(x) as T;
}

const rectifier = tf.customGrad((x, save) => {
  const y = rectified(x as tf.Tensor);
  (save as tf.GradSaveFunc)([y]);
  return { value: y, gradFunc: (dy, saved) => throughRectifier(dy as tf.Tensor, (saved as tf.Tensor[])[0]) };
});
