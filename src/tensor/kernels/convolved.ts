import type { TensorInfo } from "@tensorflow/tfjs";
import { convolutionCall } from "./convolution-call.js";
import type { ConvolutionGeometry, ConvolutionKernel } from "./convolution-geometry.js";
import { usesGathering } from "./pointwise.js";
import { kernels } from "./select.js";

export interface ConvolvedOptions {
  readonly geometry: ConvolutionGeometry;
  readonly operands: readonly [TensorInfo, TensorInfo];
  readonly shape: readonly number[];
  /** For an input gradient: another one, to which it may be added in place. */
  readonly total?: TensorInfo;
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

/** Whether the kernels know the convolution: the same stride on both axes, and something in every shape. */
function isKnownConvolution(geometry: ConvolutionGeometry): boolean {
  const { batch, rows, columns, inputChannels, outputChannels } = geometry;
  const least = Math.min(batch, rows.output, columns.output, inputChannels, outputChannels);
  return rows.stride === columns.stride && least > 0;
}
