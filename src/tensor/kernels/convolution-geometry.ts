import * as tf from "@tensorflow/tfjs";
import { InvalidArgumentError } from "../../network/errors.js";

/** A convolution, its gradient by the input and the one by the filter. */
export type ConvolutionKernel = "conv2d" | "conv2dBackpropInput" | "conv2dBackpropFilter";

/** The attributes tfjs hands to both gradient kernels of a convolution. */
export interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: string;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** One axis of a convolution: n inputs, m outputs, kernel k, stride s, and the zeros before the first input. */
export interface AxisGeometry {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
}

export interface ConvolutionGeometry {
  readonly batch: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly rows: AxisGeometry;
  readonly columns: AxisGeometry;
}

export interface GeometryOptions {
  /** NHWC. */
  readonly inputShape: readonly number[];
  /** [kernel rows, kernel columns, input channels, output channels]. */
  readonly filterShape: readonly number[];
  readonly attributes: ConvolutionAttributes;
}

/** The geometry of a convolution with (k−1)/2 zeros on every side, k odd. */
export function centredGeometry(
  [batch, height, width, inputChannels]: readonly number[],
  [kernelHeight, kernelWidth, , outputChannels]: readonly number[],
  stride: number,
): ConvolutionGeometry {
  const rows = centredAxis(height, kernelHeight, stride);
  const columns = centredAxis(width, kernelWidth, stride);
  return { batch, inputChannels, outputChannels, rows, columns };
}

function centredAxis(input: number, kernel: number, stride: number): AxisGeometry {
  return { input, output: Math.ceil(input / stride), kernel, stride, before: (kernel - 1) / 2 };
}

/** @throws InvalidArgumentError for a layout other than NHWC. */
export function convolutionGeometry(options: GeometryOptions): ConvolutionGeometry {
  const { inputShape, filterShape, attributes } = options;
  if (attributes.dataFormat !== "NHWC") {
    throw new InvalidArgumentError("dataFormat", attributes.dataFormat, '"NHWC"');
  }
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attributes.strides,
    1,
    attributes.pad,
    attributes.dimRoundingMode,
    false,
    "channelsLast",
  );
  return {
    batch: info.batchSize,
    inputChannels: info.inChannels,
    outputChannels: info.outChannels,
    rows: {
      input: info.inHeight,
      output: info.outHeight,
      kernel: info.filterHeight,
      stride: info.strideHeight,
      before: info.padInfo.top,
    },
    columns: {
      input: info.inWidth,
      output: info.outWidth,
      kernel: info.filterWidth,
      stride: info.strideWidth,
      before: info.padInfo.left,
    },
  };
}
