import * as tf from "@tensorflow/tfjs";
import { type KernelModule, kernels } from "./kernels/index.js";

/** This thread's WebAssembly kernels, where one of their builds runs and tfjs is on its wasm backend. */
export const nativeKernels: () => KernelModule | undefined = kernels;

/** A new tensor for a kernel to write to, its numbers not set. */
export function emptyTensor<R extends tf.Rank>(module: KernelModule, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return tf.engine().makeTensorFromTensorInfo(module.output(shape as number[])) as tf.Tensor<R>;
}

/** A new scalar: tf.scalar without its checks of what it is given, which take longer than writing a number. */
export function scalarTensor(module: KernelModule, value: number): tf.Scalar {
  const scalar = emptyTensor<tf.Rank.R0>(module, []);
  module.floats(module.pointer(scalar), 1)[0] = value;
  return scalar;
}

/** The number in a scalar, without tfjs's way through copies of the heap where there is a shorter one. */
export function scalarValue(scalar: tf.Scalar): number {
  const module = nativeKernels();
  return module ? module.floats(module.pointer(scalar), 1)[0] : scalar.dataSync()[0];
}
