import * as tf from "@tensorflow/tfjs";
import { emptyTensor, nativeKernels } from "./native-kernels.js";

// Numbers between tensors and JavaScript's arrays, with one copy where tfjs makes two.

/** Copies a float32 tensor's numbers to `target`, which is as long. */
export function readInto(tensor: tf.Tensor, target: Float32Array): void {
  const kernels = nativeKernels();
  target.set(kernels ? kernels.floats(kernels.pointer(tensor), tensor.size) : tensor.dataSync<"float32">());
}

/** A tensor with a copy of `values`, which may be shared memory. */
export function tensorOf(values: Float32Array, shape: readonly number[]): tf.Tensor {
  const kernels = nativeKernels();
  // tfjs's cpu backend would keep the array itself.
  if (!kernels) return tf.tensor(new Float32Array(values), [...shape]);
  const tensor = emptyTensor(kernels, [...shape]);
  kernels.floats(kernels.pointer(tensor), values.length).set(values);
  return tensor;
}
