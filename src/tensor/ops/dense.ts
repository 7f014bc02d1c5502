import * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import { channelSums } from "./channel-sums.js";

export interface DenseOptions {
  /** [B, C]. */
  readonly x: tf.Tensor2D;
  /** [C, O]. */
  readonly weights: tf.Tensor2D;
  /** [O]. */
  readonly bias: tf.Tensor1D;
}

/** x·weights + bias, [B, O]. The gradient by the bias is summed over the batch in float64. */
export function dense({ x, weights, bias }: DenseOptions): tf.Tensor2D {
  return differentiable({
    inputs: [x, weights, bias],
    forward: () => tf.tidy(() => tf.add(tf.matMul(x, weights), bias) as tf.Tensor2D),
    saves: () => [x, weights],
    backward: (dy, [savedX, savedWeights]) => [
      tf.matMul(dy as tf.Tensor2D, savedWeights as tf.Tensor2D, false, true),
      tf.matMul(savedX as tf.Tensor2D, dy as tf.Tensor2D, true, false),
      channelSums(dy, bias.shape),
    ],
  });
}
