import * as tf from "@tensorflow/tfjs";
import { type KernelModule, kernels } from "./kernels/index.js";

/** This thread's WebAssembly kernels, where one of their builds runs and tfjs is on its wasm backend. */
export function nativeKernels(): KernelModule | undefined {
  return tf.getBackend() === "wasm" ? kernels() : undefined;
}

/** A new tensor for a kernel to write to, its numbers not set. */
export function emptyTensor<R extends tf.Rank>(module: KernelModule, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return tf.engine().makeTensorFromTensorInfo(module.output(shape as number[])) as tf.Tensor<R>;
}
