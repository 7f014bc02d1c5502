import { addBias, conv2d, standardizedFilter, type tf } from "../../tensor/index.js";
import { constantParameter, type Parameter, randomWeights } from "../parameter.js";
import { frozenLinear } from "./frozen.js";
import type { MapLayer } from "./layer.js";

export interface ConvolutionOptions {
  readonly name: string;
  /** Side of the kernel. */
  readonly kernel: number;
  readonly inputWidth: number;
  readonly width: number;
  readonly stride?: number;
  /** Variance of a weight at the start, times the fan-in; 2 if absent (He). */
  readonly gain?: number;
  /** What the weights are multiplied with at the start; 1 if absent. */
  readonly initialScale?: number;
  /** A bias for each output channel, 0 at the start; false if absent. */
  readonly bias?: boolean;
  /** Scaled weight standardisation with this constant factor, and a learned gain, 1 at the start, for each output channel. */
  readonly standardized?: number;
  readonly seed: number;
}

/** A convolution with weights N(0, gain/fan-in), fan-in = kernel²·input channels; by default those of He et al. 2015, no bias. */
export function convolution(options: ConvolutionOptions): MapLayer {
  const { name, width, stride = 1, standardized } = options;
  const weights = initialWeights(options);
  const gain =
    standardized === undefined
      ? undefined
      : constantParameter({ name: `${name}.gain`, kind: "scale", shape: [width], value: 1 });
  const bias = options.bias
    ? constantParameter({ name: `${name}.bias`, kind: "bias", shape: [width], value: 0 })
    : undefined;
  const filter = weights.variable as tf.Tensor as tf.Tensor4D;
  const filterNow = () =>
    gain
      ? standardizedFilter({
          filter,
          gain: gain.variable as tf.Tensor as tf.Tensor1D,
          factor: standardized,
        })
      : filter;
  const withBias = (y: tf.Tensor4D) => (bias ? addBias({ x: y, bias: bias.variable }) : y);
  return {
    parameters: [weights, gain, bias].filter((parameter) => parameter !== undefined),
    apply: (x) => withBias(conv2d({ x, filter: filterNow(), stride })),
    freeze: (x) => {
      const frozenFilter = filterNow();
      const convolve = (map: tf.Tensor4D) => conv2d({ x: map, filter: frozenFilter, stride });
      return frozenLinear(withBias(convolve(x)), convolve);
    },
  };
}

function initialWeights(options: ConvolutionOptions): Parameter {
  const { name, kernel, inputWidth, width, gain = 2, initialScale = 1, seed } = options;
  const common = { name, kind: "convolution" as const, shape: [kernel, kernel, inputWidth, width] };
  if (initialScale === 0) return constantParameter({ ...common, value: 0 });
  const standardDeviation = initialScale * Math.sqrt(gain / (kernel * kernel * inputWidth));
  return randomWeights({ ...common, standardDeviation, seed });
}
