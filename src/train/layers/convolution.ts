import { conv2d, type tf } from "../../tensor/index.js";
import { randomWeights } from "../parameter.js";
import type { MapLayer } from "./layer.js";

export interface ConvolutionOptions {
  readonly name: string;
  /** Side of the kernel. */
  readonly kernel: number;
  readonly inputWidth: number;
  readonly width: number;
  readonly stride?: number;
  readonly seed: number;
}

/** A convolution without bias, He weights: N(0, 2/fan-in), fan-in = kernel²·input channels (He et al. 2015). */
export function convolution(options: ConvolutionOptions): MapLayer {
  const { name, kernel, inputWidth, width, stride = 1, seed } = options;
  const weights = randomWeights({
    name,
    kind: "convolution",
    shape: [kernel, kernel, inputWidth, width],
    standardDeviation: Math.sqrt(2 / (kernel * kernel * inputWidth)),
    seed,
  });
  return {
    parameters: [weights],
    apply: (x) => conv2d({ x, filter: weights.variable as tf.Tensor as tf.Tensor4D, stride }),
  };
}
