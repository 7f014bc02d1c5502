import type * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import type { ConvolutionKernel } from "../kernels/index.js";
import * as composed from "./composed/conv2d.js";
import * as native from "./native/conv2d.js";

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
  const shapes = { input: x.shape, filter: filter.shape, stride };
  const run = (kernel: ConvolutionKernel, operands: [tf.Tensor, tf.Tensor], total?: tf.Tensor) =>
    native.convolution(kernel, operands, { ...shapes, total }) ??
    composed.convolution(kernel, operands, shapes);
  return differentiable({
    inputs: [x, filter],
    forward: () => run("conv2d", [x, filter]),
    saves: () => [x, filter],
    backward: (dy, [savedX, savedFilter], [isInputWanted, isFilterWanted], total) => [
      // The gradient by the images, say, is as much work as any other, and nobody needs it.
      isInputWanted ? run("conv2dBackpropInput", [dy, savedFilter], total) : undefined,
      isFilterWanted ? run("conv2dBackpropFilter", [savedX, dy]) : undefined,
    ],
  });
}
