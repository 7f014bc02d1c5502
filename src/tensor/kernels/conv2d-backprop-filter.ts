import * as tf from "@tensorflow/tfjs";
import {
  type AxisGeometry,
  type ConvolutionAttributes,
  convolutionGeometry,
} from "./convolution-geometry.js";
import { convolved } from "./convolved.js";

interface BackpropFilterAttributes extends ConvolutionAttributes {
  readonly filterShape: [number, number, number, number];
}

/**
 * The gradient of a convolution with respect to its filter, which the wasm backend lacks: a kernel of
 * assembly/conv2d-backprop-filter.ts or assembly/winograd-filter-gradient.ts or, when no build runs, one forward convolution
 * with batch and channels exchanged:
 *
 *   dw[i, j, c, o] = Σ_{b,y,x} input[b, s·y + i − p, s·x + j − p, c] · dy[b, y, x, o].
 *
 * The batch becomes the channels that are summed over, dy the filter, and the stride its dilation. The input's
 * columns and channels are laid out as one axis of W·C columns, with a dilation of s·C between taps: the result then
 * has the filter's own layout, and its k·C columns fill the convolution's register tiles where k would not.
 */
export const conv2dBackpropFilter: tf.KernelConfig = {
  kernelName: "Conv2DBackpropFilter",
  backendName: "wasm",
  kernelFunc: ({ inputs, attrs }) => {
    const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
    const attributes = attrs as unknown as BackpropFilterAttributes;
    const { filterShape } = attributes;
    const geometry = convolutionGeometry({ inputShape: x.shape, filterShape, attributes });
    const own = convolved("conv2dBackpropFilter", { geometry, operands: [x, dy], shape: filterShape });
    if (own) return own;
    const { batch, inputChannels, outputChannels, rows, columns } = geometry;
    return tf.tidy(() => {
      if (isPointwise(rows) && isPointwise(columns)) {
        const pixels = tf.reshape(x, [-1, inputChannels]);
        const gradients = tf.reshape(dy, [-1, outputChannels]);
        return tf.reshape(tf.matMul(tf.transpose(pixels), gradients), filterShape);
      }
      const [row, column] = [afterInput(rows), afterInput(columns)];
      const image = tf.reshape(
        tf.transpose(tf.reshape(x, [batch, rows.input * columns.input * inputChannels])),
        [1, rows.input, columns.input * inputChannels, batch],
      ) as tf.Tensor4D;
      const filter = tf.transpose(dy, [1, 2, 0, 3]);
      const gradient = tf.conv2d(
        image,
        filter,
        1,
        [
          [0, 0],
          [rows.before, row.padding],
          [columns.before * inputChannels, column.padding * inputChannels],
          [0, 0],
        ],
        "NHWC",
        [rows.stride, columns.stride * inputChannels],
      );
      // Input pixels beyond the reach of the last output give extra taps, which do not exist.
      const wanted = [1, rows.kernel, columns.kernel * inputChannels, outputChannels];
      const isWhole = row.surplus === 0 && column.surplus === 0;
      return tf.reshape(isWhole ? gradient : tf.slice(gradient, 0, wanted), filterShape);
    });
  },
};

function isPointwise({ kernel, stride, input, output }: AxisGeometry): boolean {
  return kernel === 1 && stride === 1 && input === output;
}

/** How far the last output reaches beyond the input (zeros to add), or falls short of it (inputs to ignore). */
function afterInput({ input, output, kernel, stride, before }: AxisGeometry) {
  const beyond = (output - 1) * stride + kernel - before - input;
  return { padding: Math.max(0, beyond), surplus: Math.max(0, -beyond) };
}
