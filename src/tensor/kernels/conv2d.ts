import type * as tf from "@tensorflow/tfjs";
import { type ConvolutionAttributes, convolutionGeometry } from "./convolution-geometry.js";
import { convolved } from "./convolved.js";
import { kernels } from "./select.js";

interface Conv2dAttributes extends ConvolutionAttributes {
  readonly dilations: number | [number, number];
}

/** The convolution of assembly/conv2d.ts; the stock one for dilations, other layouts and when no build runs. */
export function conv2dKernel(stock: tf.KernelConfig): tf.KernelConfig {
  return {
    ...stock,
    kernelFunc: (call) => {
      const { x, filter } = call.inputs as { x: tf.TensorInfo; filter: tf.TensorInfo };
      const attributes = call.attrs as unknown as Conv2dAttributes;
      const isPlain = [attributes.dilations].flat().every((dilation) => dilation === 1);
      if (!kernels() || !isPlain || attributes.dataFormat !== "NHWC") return stock.kernelFunc(call);
      const geometry = convolutionGeometry({ inputShape: x.shape, filterShape: filter.shape, attributes });
      const { batch, rows, columns, outputChannels } = geometry;
      const shape = [batch, rows.output, columns.output, outputChannels];
      return convolved("conv2d", { geometry, operands: [x, filter], shape }) ?? stock.kernelFunc(call);
    },
  };
}
