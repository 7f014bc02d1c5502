import type { TensorInfo } from "@tensorflow/tfjs";
import type { ConvolutionGeometry } from "./convolution-geometry.js";
import type { KernelModule } from "./kernel-module.js";
import { usesGathering } from "./pointwise.js";
import { kernels } from "./select.js";
import { usesWinograd } from "./winograd.js";

export type ConvolutionKernel = "conv2d" | "conv2dBackpropInput" | "conv2dBackpropFilter";

/** The functions that say how much scratch memory Winograd's way takes. */
const WINOGRAD_SCRATCH: Readonly<Record<ConvolutionKernel, string>> = {
  conv2d: "winogradScratch",
  conv2dBackpropInput: "winogradScratch",
  conv2dBackpropFilter: "conv2dBackpropFilterWinogradScratch",
};

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
  const [run, size] = functionsFor(name, geometry);
  const scratch = kernels.scratch(kernels.call(size));
  const [a, b, result] = tensors.map((tensor) => kernels.pointer(tensor));
  kernels.call(run, a, b, result, scratch, Number(accumulate));
}

/** The function that a convolution takes, and the one that says how much scratch memory it needs. */
function functionsFor(name: ConvolutionKernel, geometry: ConvolutionGeometry): [string, string] {
  if (usesWinograd(name, geometry)) return [`${name}Winograd`, WINOGRAD_SCRATCH[name]];
  if (usesGathering(geometry)) return [`${name}Pointwise`, "pointwiseScratch"];
  return [name, "convolutionScratch"];
}

/**
 * The result of one of the three as a new tensor of `shape`, or `total` if it was added to that; nothing when no build runs,
 * or none knows the convolution.
 */
export function convolved(
  name: ConvolutionKernel,
  { geometry, operands, shape, total }: ConvolvedOptions,
): TensorInfo | undefined {
  const module = kernels();
  if (!module || !isKnownConvolution(geometry)) return undefined;
  if (total && usesGathering(geometry)) {
    convolutionCall({ kernels: module, name, geometry, tensors: [...operands, total], accumulate: true });
    return total;
  }
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
  /** For an input gradient: another one, to which it may be added in place. */
  readonly total?: TensorInfo;
}

/** Whether the kernels know the convolution: the same stride on both axes, and something in every shape. */
function isKnownConvolution(geometry: ConvolutionGeometry): boolean {
  const { batch, rows, columns, inputChannels, outputChannels } = geometry;
  const least = Math.min(batch, rows.output, columns.output, inputChannels, outputChannels);
  return rows.stride === columns.stride && least > 0;
}
