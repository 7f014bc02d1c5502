import * as tf from "@tensorflow/tfjs";
import { emptyTensor, nativeKernels } from "../native-kernels.js";

/**
 * The numbers of a tensor, to be read at once: on the kernels' heap they are a view, which is void when anything
 * allocates; elsewhere a copy.
 */
export function valuesOf(tensor: tf.Tensor): Float32Array {
  const module = nativeKernels();
  return module ? module.floats(module.pointer(tensor), tensor.size) : (tensor.dataSync() as Float32Array);
}

export interface Computation {
  readonly shape: [number, number];
  readonly inputs: readonly tf.Tensor[];
  /** Writes every number of the result; it must not allocate tensors. */
  readonly body: (result: Float32Array, ...inputs: Float32Array[]) => void;
}

/** A new tensor that JavaScript computes: on the kernels' heap nothing is copied. */
export function computeTensor({ shape, inputs, body }: Computation): tf.Tensor2D {
  const module = nativeKernels();
  if (module) {
    const result = emptyTensor<tf.Rank.R2>(module, shape);
    body(valuesOf(result), ...inputs.map(valuesOf));
    return result;
  }
  const values = new Float32Array(shape[0] * shape[1]);
  body(values, ...inputs.map(valuesOf));
  return tf.tensor2d(values, shape);
}
