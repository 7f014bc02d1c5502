import * as tf from "@tensorflow/tfjs";
import type { ConvolutionKernel } from "../../kernels/index.js";
import type { ConvolutionShapes } from "../convolution-shapes.js";

/** One of the three kernels of a convolution that tfjs knows on every backend, and the names of its operands. */
const KERNELS: Record<ConvolutionKernel, readonly [name: string, a: string, b: string]> = {
  conv2d: ["Conv2D", "x", "filter"],
  conv2dBackpropInput: ["Conv2DBackpropInput", "dy", "filter"],
  conv2dBackpropFilter: ["Conv2DBackpropFilter", "x", "dy"],
};

/** A convolution with (k−1)/2 zeros on every side, or one of its gradients, by the backend's own kernel. */
export function convolution(
  kernel: ConvolutionKernel,
  [first, second]: readonly [tf.Tensor, tf.Tensor],
  { input, filter, stride }: ConvolutionShapes,
): tf.Tensor4D {
  const [name, a, b] = KERNELS[kernel];
  const padding = (filter[0] - 1) / 2;
  const attributes = {
    strides: [stride, stride],
    dilations: [1, 1],
    pad: [
      [0, 0],
      [padding, padding],
      [padding, padding],
      [0, 0],
    ],
    dataFormat: "NHWC",
    dimRoundingMode: "floor",
    inputShape: input,
    filterShape: filter,
  };
  const operands = { [a]: first, [b]: second } as tf.NamedTensorMap;
  return tf.engine().runKernel(name, operands, attributes as unknown as tf.NamedAttrMap) as tf.Tensor4D;
}
