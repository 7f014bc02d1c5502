import * as tf from "@tensorflow/tfjs";
import { batchMatMul } from "./batch-mat-mul.js";
import { conv2dBackpropFilter } from "./conv2d-backprop-filter.js";
import { conv2dBackpropInput } from "./conv2d-backprop-input.js";
import { identity } from "./identity.js";

let installed = false;

/**
 * Registers this folder's kernels for the wasm backend of this thread, over the stock ones where there are any. Each
 * is composed of the backend's own fast operations.
 */
export function installWasmKernels(): void {
  if (installed) return;
  installed = true;
  for (const kernel of [identity, conv2dBackpropInput, conv2dBackpropFilter]) replace(kernel);
  const stock = tf.getKernel("BatchMatMul", "wasm");
  replace(batchMatMul(stock));
}

function replace(kernel: tf.KernelConfig): void {
  if (tf.getKernel(kernel.kernelName, kernel.backendName)) {
    tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  }
  tf.registerKernel(kernel);
}
