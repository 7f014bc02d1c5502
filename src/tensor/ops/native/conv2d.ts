import * as tf from "@tensorflow/tfjs";
import { type ConvolutionKernel, centredGeometry, convolved } from "../../kernels/index.js";
import type { ConvolutionShapes } from "../convolution-shapes.js";

export interface NativeOptions extends ConvolutionShapes {
  /** For the gradient by the input: another one, to which it may be added in place. */
  readonly total?: tf.Tensor;
}

/**
 * A convolution with (k−1)/2 zeros on every side, or one of its gradients, by the kernels of assembly/. Not through tfjs's
 * dispatch, which takes as long as the convolution itself where that is small.
 *
 * @returns nothing where the kernels do not know the convolution.
 */
export function convolution(
  kernel: ConvolutionKernel,
  operands: readonly [tf.Tensor, tf.Tensor],
  { input, filter, stride, total }: NativeOptions,
): tf.Tensor4D | undefined {
  const geometry = centredGeometry(input, filter, stride);
  const { batch, rows, columns, outputChannels } = geometry;
  const shapes: Record<ConvolutionKernel, readonly number[]> = {
    conv2d: [batch, rows.output, columns.output, outputChannels],
    conv2dBackpropInput: input,
    conv2dBackpropFilter: filter,
  };
  const result = convolved(kernel, { geometry, operands, shape: shapes[kernel], total });
  if (result === total) return total as tf.Tensor4D | undefined;
  return result && (tf.engine().makeTensorFromTensorInfo(result) as tf.Tensor4D);
}
