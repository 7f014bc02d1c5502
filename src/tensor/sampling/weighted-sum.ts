import type * as tf from "@tensorflow/tfjs";
import { emptyTensor, nativeKernels } from "../native-kernels.js";
import { computed } from "../transfer.js";

/** scaleA·a + scaleB·b as a new tensor, [rows, columns]. */
export function weightedSum(a: tf.Tensor2D, scaleA: number, b: tf.Tensor2D, scaleB: number): tf.Tensor2D {
  const module = nativeKernels();
  if (!module) {
    return computed<tf.Rank.R2>(a.shape, [a, b], (target, x, y) => {
      for (let i = 0; i < target.length; i++) target[i] = scaleA * x[i] + scaleB * y[i];
    });
  }
  const sum = emptyTensor<tf.Rank.R2>(module, a.shape);
  const [x, y, result] = module.pointers(a, b, sum);
  module.run.scaledAdd(x, y, result, a.size, scaleA, scaleB);
  return sum;
}
