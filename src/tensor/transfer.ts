import * as tf from "@tensorflow/tfjs";
import { emptyTensor, nativeKernels } from "./native-kernels.js";

// Numbers between tensors and JavaScript's arrays, with one copy where tfjs makes two.

/** Copies a float32 tensor's numbers to `target`, which is as long. */
export function readInto(tensor: tf.Tensor, target: Float32Array): void {
  target.set(valuesOf(tensor));
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

/**
 * The numbers of a float32 tensor, to be read at once: on wasm those in its memory themselves, a view that is void when anything
 * allocates; elsewhere a copy.
 */
export function valuesOf(tensor: tf.Tensor): Float32Array {
  const kernels = nativeKernels();
  return kernels ? kernels.floats(kernels.pointer(tensor), tensor.size) : tensor.dataSync<"float32">();
}

/**
 * A tensor whose numbers `fill` writes into its first argument, from those of `inputs`, and makes no other tensor meanwhile; on
 * wasm straight in its memory. For what no kernel does: a loop in JavaScript takes a few times as long as one would.
 */
export function computed<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  inputs: readonly tf.Tensor[],
  fill: (target: Float32Array, ...inputs: Float32Array[]) => void,
): tf.Tensor<R> {
  const kernels = nativeKernels();
  if (!kernels) {
    const target = new Float32Array((shape as number[]).reduce((product, size) => product * size, 1));
    fill(target, ...inputs.map(valuesOf));
    return tf.tensor(target, shape);
  }
  const result = emptyTensor<R>(kernels, shape);
  // After the result has its place: the memory may have grown, which ends the views of it.
  fill(valuesOf(result), ...inputs.map(valuesOf));
  return result;
}

/** Calls with the numbers of some tensors as {@link valuesOf} gives them, not to be kept. */
export function readNumbers(
  tensors: readonly tf.Tensor[],
  call: (...numbers: [Float32Array, ...Float32Array[]]) => void,
): void {
  call(...(tensors.map(valuesOf) as [Float32Array, ...Float32Array[]]));
}
