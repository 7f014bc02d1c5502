import * as tf from "@tensorflow/tfjs";
import {
  type AxisGeometry,
  type ConvolutionAttributes,
  convolutionGeometry,
} from "./convolution-geometry.js";
import { convolved } from "./convolved.js";

interface BackpropInputAttributes extends ConvolutionAttributes {
  readonly inputShape: [number, number, number, number];
}

/**
 * The gradient of a convolution with respect to its input: the kernel of assembly/conv2d-backprop-input.ts or, when
 * no build runs, a forward convolution, the wasm backend's fastest operation (26–31 GFLOP/s; the stock kernel 2.4):
 *
 *   dx = conv(dy with s−1 zeros between its pixels, filter rotated by 180° with its channels exchanged), stride 1.
 */
export const conv2dBackpropInput: tf.KernelConfig = {
  kernelName: "Conv2DBackpropInput",
  backendName: "wasm",
  kernelFunc: ({ inputs, attrs }) => {
    const { dy, filter } = inputs as { dy: tf.Tensor4D; filter: tf.Tensor4D };
    const attributes = attrs as unknown as BackpropInputAttributes;
    const { inputShape } = attributes;
    const geometry = convolutionGeometry({ inputShape, filterShape: filter.shape, attributes });
    const own = convolved("conv2dBackpropInput", { geometry, operands: [dy, filter], shape: inputShape });
    if (own) return own;
    const { rows, columns } = geometry;
    return tf.tidy(() => {
      const [top, bottom] = paddingOfGradient(rows);
      const [left, right] = paddingOfGradient(columns);
      const spread = withZerosBetween(dy, rows.stride, columns.stride);
      const [batch, height, width, channels] = spread.shape;
      // Trailing zeros that no input pixel sees are cut off rather than padded.
      const cropped =
        bottom < 0 || right < 0
          ? tf.slice(spread, 0, [batch, height + Math.min(0, bottom), width + Math.min(0, right), channels])
          : spread;
      return tf.conv2d(cropped as tf.Tensor4D, rotated(filter), 1, [
        [0, 0],
        [top, Math.max(0, bottom)],
        [left, Math.max(0, right)],
        [0, 0],
      ]);
    });
  },
};

/** Zeros before and after the m·s spread gradients, so that n inputs come out: m·s + before + after − k + 1 = n. */
function paddingOfGradient({ input, output, kernel, stride, before }: AxisGeometry): [number, number] {
  const first = kernel - 1 - before;
  return [first, input - output * stride + before];
}

/** [B, h, w, C] → [B, h·s, w·s', C]: each pixel followed by s−1 zeros on both axes. */
function withZerosBetween(dy: tf.Tensor4D, rowStride: number, columnStride: number): tf.Tensor4D {
  if (rowStride === 1 && columnStride === 1) return dy;
  const [batch, height, width, channels] = dy.shape;
  const inRows = tf.pad(tf.reshape(dy, [batch * height * width, channels]), [
    [0, 0],
    [0, channels * (columnStride - 1)],
  ]);
  const row = width * columnStride * channels;
  const inColumns = tf.pad(tf.reshape(inRows, [batch * height, row]), [
    [0, 0],
    [0, row * (rowStride - 1)],
  ]);
  return tf.reshape(inColumns, [batch, height * rowStride, width * columnStride, channels]);
}

/**
 * filter[K−1−i, K−1−j, o, c] for filter[i, j, c, o]. In plain JavaScript: filters are small, and for one of
 * 3×3×32×32 tf.reverse and tf.transpose take 0.5 ms, as long as the convolution they are for.
 */
function rotated(filter: tf.Tensor4D): tf.Tensor4D {
  const [height, width, from, to] = filter.shape;
  const values = filter.dataSync();
  const turned = new Float32Array(values.length);
  const taps = height * width;
  for (let tap = 0; tap < taps; tap++) {
    const source = tap * from * to;
    const target = (taps - 1 - tap) * from * to;
    for (let c = 0; c < from; c++) {
      for (let o = 0; o < to; o++) turned[target + o * from + c] = values[source + c * to + o];
    }
  }
  return tf.tensor4d(turned, [height, width, to, from]);
}
