import * as tf from "@tensorflow/tfjs";
import { batchMatMul } from "./batch-mat-mul.js";
import { KERNEL_BUILDS, KERNEL_CHOICES, type KernelBuild, type KernelChoice } from "./builds.js";
import { conv2dKernel } from "./conv2d.js";
import { conv2dBackpropFilter } from "./conv2d-backprop-filter.js";
import { conv2dBackpropInput } from "./conv2d-backprop-input.js";
import { identity } from "./identity.js";
import { KernelModule } from "./kernel-module.js";
import { kernels, selectKernels, shareKernels } from "./select.js";

export { type ConvolutionGeometry, type ConvolutionKernel, centredGeometry } from "./convolution-geometry.js";
export { convolved } from "./convolved.js";
export type { KernelFunctions } from "./kernel-functions.js";
export { setExactConvolutions } from "./winograd.js";
export {
  KERNEL_BUILDS,
  KERNEL_CHOICES,
  type KernelBuild,
  type KernelChoice,
  KernelModule,
  kernels,
  selectKernels,
  shareKernels,
};

let installed = false;

/**
 * Registers this folder's kernels for the wasm backend of this thread, over the stock ones where there are any. Each
 * uses the WebAssembly build that {@link selectKernels} chose; where none runs, it is composed of the backend's own
 * fast operations.
 */
export function installWasmKernels(choice?: KernelChoice): void {
  selectKernels(choice);
  if (installed) return;
  installed = true;
  for (const kernel of [identity, conv2dBackpropInput, conv2dBackpropFilter]) replace(kernel);
  for (const [name, over] of Object.entries({ BatchMatMul: batchMatMul, Conv2D: conv2dKernel })) {
    replace(over(tf.getKernel(name, "wasm")));
  }
}

function replace(kernel: tf.KernelConfig): void {
  if (tf.getKernel(kernel.kernelName, kernel.backendName)) {
    tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  }
  tf.registerKernel(kernel);
}
