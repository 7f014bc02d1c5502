import * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import { computed } from "../transfer.js";

export interface BiasedReluOptions {
  readonly x: tf.Tensor4D;
  /** Scalars: what is added before the ReLU, and after it. */
  readonly before: tf.Scalar;
  readonly after: tf.Scalar;
}

/**
 * max(0, x + before) + after in one pass; not a number where x is not finite, so that it reaches the loss as with `relu`. Keeps only
 * the result for its gradient, which the convolution behind it keeps anyway. With g = dy where the result is above `after`, else 0:
 * dx = g, and the biases get Σ g and Σ dy, in float64.
 */
export function biasedRelu({ x, before, after }: BiasedReluOptions): tf.Tensor4D {
  return differentiable({
    inputs: [x, before, after],
    forward: () => computed<tf.Rank.R4>(x.shape, [x, before, after], forward),
    saves: (y) => [y, after],
    backward: (dy, saved) => {
      let [ofOpen, ofAll] = [0, 0];
      const dx = computed(dy.shape, [dy, ...saved], (target, slopes, y, [closed]) => {
        for (let i = 0; i < target.length; i++) {
          const slope = Number(y[i] > closed) * slopes[i];
          target[i] = slope;
          ofOpen += slope;
          ofAll += slopes[i];
        }
      });
      return [dx, tf.scalar(ofOpen), tf.scalar(ofAll)];
    },
  });
}

function forward(y: Float32Array, values: Float32Array, [before]: Float32Array, [after]: Float32Array): void {
  for (let i = 0; i < y.length; i++) {
    const z = Math.fround(values[i] + before);
    // 0·z is not a number where z is not finite; a branch on its sign would be guessed wrong half the time.
    y[i] = Math.max(0, z) + 0 * z + after;
  }
}
