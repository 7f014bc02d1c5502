import type * as tf from "@tensorflow/tfjs";
import { computed } from "../transfer.js";

// The one place where a whole batch is summed. tfjs's own tf.sum, tf.mean and tf.moments add float32 numbers one after another
// on wasm, which is 4e-4 off after 2^20 of them; a lint rule forbids them.

/** Adds the numbers of each channel, the last dimension, to `sums`. */
export function addByChannel(sums: Float64Array, values: ArrayLike<number>): void {
  const channels = sums.length;
  for (let first = 0; first < values.length; first += channels) {
    for (let c = 0; c < channels; c++) sums[c] += values[first + c];
  }
}

/** Σ over everything but the last dimension, in float64, as a tensor of `shape`: [C], or [] where all are one channel. */
export function channelSums<R extends tf.Rank>(x: tf.Tensor, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return computed<R>(shape, [x], (target, values) => {
    const sums = new Float64Array(target.length);
    addByChannel(sums, values);
    target.set(sums);
  });
}
