import type * as tf from "@tensorflow/tfjs";
import { differentiable, share } from "../gradient/index.js";
import { computed } from "../transfer.js";
import { channelSums } from "./channel-sums.js";

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
    backward: (dy, _, [, isBiasWanted]) => [share(dy), isBiasWanted ? channelSums(dy, shape) : undefined],
  });
}
