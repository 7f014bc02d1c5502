import type { TensorInfo } from "@tensorflow/tfjs";
import type { ConvolutionGeometry } from "./convolution-geometry.js";
import type { KernelModule } from "./kernel-module.js";
import { kernels } from "./select.js";
import { usesWinograd } from "./winograd.js";

export type ConvolutionKernel = "conv2d" | "conv2dBackpropInput" | "conv2dBackpropFilter";

export interface ConvolutionCall {
  readonly kernels: KernelModule;
  readonly name: ConvolutionKernel;
  readonly geometry: ConvolutionGeometry;
  /** Its two operands and its result. */
  readonly tensors: readonly [TensorInfo, TensorInfo, TensorInfo];
}

/** Runs one of the three convolution kernels of assembly/. */
export function convolutionCall({ kernels, name, geometry, tensors }: ConvolutionCall): void {
  const { batch, rows, columns, inputChannels, outputChannels } = geometry;
  kernels.call(
    "convolution",
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
  const [run, size] = usesWinograd(name, geometry)
    ? [`${name}Winograd`, "winogradScratch"]
    : [name, "convolutionScratch"];
  const scratch = kernels.scratch(kernels.call(size));
  const [a, b, result] = tensors.map((tensor) => kernels.pointer(tensor));
  kernels.call(run, a, b, result, scratch);
}

/**
 * The result of one of the three as a new tensor of `shape`; nothing when no build runs, or none knows the convolution.
 */
export function convolved(
  name: ConvolutionKernel,
  { geometry, operands, shape }: ConvolvedOptions,
): TensorInfo | undefined {
  const module = kernels();
  if (!module || !isKnownConvolution(geometry)) return undefined;
  const result = module.output(shape);
  try {
    convolutionCall({ kernels: module, name, geometry, tensors: [...operands, result] });
  } catch (error) {
    module.free(result);
    throw error;
  }
  return result;
}

export interface ConvolvedOptions {
  readonly geometry: ConvolutionGeometry;
  readonly operands: readonly [TensorInfo, TensorInfo];
  readonly shape: readonly number[];
}

/** Whether the kernels know the convolution: the same stride on both axes, and something in every shape. */
function isKnownConvolution({ batch, rows, columns, ...channels }: ConvolutionGeometry): boolean {
  const sizes = [batch, rows.output, columns.output, channels.inputChannels, channels.outputChannels];
  return rows.stride === columns.stride && sizes.every((size) => size > 0);
}
