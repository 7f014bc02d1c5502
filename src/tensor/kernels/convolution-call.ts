import type { TensorInfo } from "@tensorflow/tfjs";
import type { ConvolutionGeometry, ConvolutionKernel } from "./convolution-geometry.js";
import { GATHERING, PLAIN, WINOGRAD } from "./convolution-ways.js";
import type { KernelModule } from "./kernel-module.js";
import { usesGathering } from "./pointwise.js";
import { usesWinograd } from "./winograd.js";

export interface ConvolutionCall {
  readonly kernels: KernelModule;
  readonly name: ConvolutionKernel;
  readonly geometry: ConvolutionGeometry;
  /** Its two operands and its result. */
  readonly tensors: readonly [TensorInfo, TensorInfo, TensorInfo];
  /** Whether an input gradient is added to what the result holds, where {@link usesGathering}; false if absent. */
  readonly accumulate?: boolean;
}

/** Runs one of the three convolution kernels of assembly/. */
export function convolutionCall(call: ConvolutionCall): void {
  const { kernels, name, geometry, tensors, accumulate = false } = call;
  const { batch, rows, columns, inputChannels, outputChannels } = geometry;
  kernels.run.convolution(
    batch,
    rows.input,
    columns.input,
    inputChannels,
    outputChannels,
    rows.kernel,
    columns.kernel,
    rows.stride,
    rows.before,
    columns.before,
    rows.output,
    columns.output,
  );
  const way = waysOf(name, geometry)[name];
  const scratch = kernels.scratch(way.scratch(kernels.run));
  way.call(kernels.run, [...kernels.pointers(...tensors), scratch], accumulate);
}

function waysOf(name: ConvolutionKernel, geometry: ConvolutionGeometry) {
  if (usesWinograd(name, geometry)) return WINOGRAD;
  return usesGathering(geometry) ? GATHERING : PLAIN;
}
