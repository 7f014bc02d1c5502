import * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";

export interface Conv2dOptions {
  /** NHWC, [B, H, W, C]. */
  readonly x: tf.Tensor4D;
  /** [k, k, C, O], k odd. */
  readonly filter: tf.Tensor4D;
  /** 1 if absent. */
  readonly stride?: number;
}

/**
 * A 2-D convolution without bias, padded with (k−1)/2 zeros on every side as PyTorch's Wide-ResNets are.
 *
 * tfjs's own "same" padding puts all zeros of a 3×3 convolution of stride 2 after an even-sized image; this one puts
 * one before and none after. The shapes agree, the taps are a pixel apart.
 *
 * @returns [B, ⌈H/stride⌉, ⌈W/stride⌉, O].
 */
export function conv2d({ x, filter, stride = 1 }: Conv2dOptions): tf.Tensor4D {
  const padding = (filter.shape[0] - 1) / 2;
  const attributes = {
    strides: [stride, stride],
    pad: [
      [0, 0],
      [padding, padding],
      [padding, padding],
      [0, 0],
    ],
    dataFormat: "NHWC",
    dimRoundingMode: "floor",
  };
  const [inputShape, filterShape] = [x.shape, filter.shape];
  const run = (kernel: string, operands: tf.NamedTensorMap, attrs: object) =>
    tf.engine().runKernel(kernel, operands, { ...attributes, ...attrs }) as tf.Tensor4D;
  return differentiable({
    inputs: [x, filter],
    forward: () => run("Conv2D", { x, filter }, { dilations: [1, 1] }),
    saves: () => [x, filter],
    backward: (dy, [savedX, savedFilter], [isInputWanted, isFilterWanted]) => [
      // The gradient by the images, say, is as much work as any other, and nobody needs it.
      isInputWanted ? run("Conv2DBackpropInput", { dy, filter: savedFilter }, { inputShape }) : undefined,
      isFilterWanted ? run("Conv2DBackpropFilter", { x: savedX, dy }, { filterShape }) : undefined,
    ],
  });
}
