import type * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import { computed } from "../transfer.js";

/**
 * mask·x, number by number; so is the gradient.
 *
 * @param mask as many numbers as x has.
 */
export function masked<T extends tf.Tensor>(x: T, mask: Float32Array): T {
  const apply = (values: tf.Tensor) =>
    computed(values.shape, [values], (y, from) => {
      for (let i = 0; i < y.length; i++) y[i] = mask[i] * from[i];
    });
  return differentiable({
    inputs: [x],
    forward: () => apply(x) as T,
    backward: (dy) => [apply(dy)],
  });
}
