import type * as tf from "@tensorflow/tfjs";
import { differentiable, share } from "../gradient/index.js";
import { computed } from "../transfer.js";

export interface AddBiasOptions<T extends tf.Tensor> {
  /** Of any shape, channels last. */
  readonly x: T;
  /** One for each channel, [C], or one for all, []. */
  readonly bias: tf.Tensor;
}

/** x + bias. The gradient by the bias is the sum of dy over all that it was added to, in float64. */
export function addBias<T extends tf.Tensor>({ x, bias }: AddBiasOptions<T>): T {
  const { shape, size } = bias;
  return differentiable({
    inputs: [x, bias],
    forward: () =>
      computed(x.shape, [x, bias], (y, values, biases) => {
        for (let first = 0; first < y.length; first += size) {
          for (let c = 0; c < size; c++) y[first + c] = values[first + c] + biases[c];
        }
      }) as T,
    backward: (dy, _, [, isBiasWanted]) => [
      share(dy),
      isBiasWanted ? computed(shape, [dy], sumByChannel) : undefined,
    ],
  });
}

/** Σ over everything but the last dimension, of as many channels as `sums` has. */
function sumByChannel(sums: Float32Array, values: Float32Array): void {
  const channels = sums.length;
  const totals = new Float64Array(channels);
  for (let first = 0; first < values.length; first += channels) {
    for (let c = 0; c < channels; c++) totals[c] += values[first + c];
  }
  sums.set(totals);
}
