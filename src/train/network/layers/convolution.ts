import type { KernelLayer } from "../../../network/plan/index.js";
import { addBias, conv2d, standardizedFilter, type tf } from "../../../tensor/index.js";
import { constantParameter, type Parameter, randomWeights } from "../parameter.js";
import { frozenLinear } from "./frozen.js";
import type { MapLayer, WeightLayerOptions } from "./layer.js";

/**
 * A convolution, or a dense layer as one of maps of 1×1, with weights N(0, gain/fan-in)·initialScale, fan-in = kernel²·input channels. Standardised ones (scaled weight
 * standardisation) have the constant factor √gain/deviation, and a learned gain, 1 at the start, for each output channel.
 */
export function convolution(options: WeightLayerOptions<KernelLayer>): MapLayer {
  const { name, layer, deviation = 1 } = options;
  const { outputs, stride, isStandardized } = layer;
  // ReLU(x/β) = ReLU(x)/β: the weights divide by the expected deviation, as constants do, at no cost.
  const factor = Math.sqrt(layer.gain) / deviation;
  const weights = initialWeights(options);
  const gain = isStandardized
    ? constantParameter({ name: `${name}.gain`, kind: "scale", shape: [outputs], value: 1 })
    : undefined;
  const bias = options.bias
    ? constantParameter({ name: `${name}.bias`, kind: "bias", shape: [outputs], value: 0 })
    : undefined;
  const filter = weights.variable as tf.Tensor as tf.Tensor4D;
  const filterNow = () =>
    gain
      ? standardizedFilter({
          filter,
          gain: gain.variable as tf.Tensor as tf.Tensor1D,
          factor,
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

function initialWeights(options: WeightLayerOptions<KernelLayer>): Parameter {
  const { name, layer, drawnGain, seed } = options;
  const { kernel, inputs, outputs, initialScale } = layer;
  const gain = layer.isStandardized ? drawnGain : layer.gain;
  const common = {
    name,
    kind: "convolution" as const,
    layer: layer.kind,
    shape: [kernel, kernel, inputs, outputs],
  };
  if (initialScale === 0) return constantParameter({ ...common, value: 0 });
  const standardDeviation = initialScale * Math.sqrt(gain / (kernel * kernel * inputs));
  return randomWeights({ ...common, standardDeviation, seed });
}
