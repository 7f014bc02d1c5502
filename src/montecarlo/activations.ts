import type { SampledNetwork } from "../network/sampled-network.js";
import type { Sampler } from "../network/settings/sample-run.js";
import { tf } from "../tensor/backend.js";
import { weightedSum } from "../tensor/sampling/weighted-sum.js";
import type { ComponentStack } from "./component-stack.js";
import { widthOf } from "./network-geometry.js";
import { planNetwork } from "./network-plan.js";
import { normalTensor } from "./normal-tensor.js";
import { drawWeightLayer } from "./weight-layer.js";

/** A network's state between two blocks. It owns its tensors, which stay when a tf.tidy around their making ends. */
export interface Activations {
  /** h [rows, features], divided by 2^exponent; what is frozen is frozen at it. */
  total: tf.Tensor2D;
  /** h split by path length, divided by the same; absent where no path is resolved. */
  stack: ComponentStack | undefined;
  exponent: number;
}

export interface InputOptions {
  readonly seed: number;
  readonly trial: number;
  readonly sampler: Sampler;
  /** [batch, size, size, imageChannels]; independent N(0, 1) if absent. */
  readonly inputs?: Float32Array;
}

/** Beyond 2^±this the square root of the input's variance is a power of two beside the activations. */
const SCALED_BEYOND = 16;

/** What the first block of a network is given, not split by path length yet: the input layer's output times √s_0. */
export function inputActivations(network: SampledNetwork, options: InputOptions): Activations {
  const { inputVariance = 1 } = network;
  const total = afterInputLayer(network, options);
  if (inputVariance === 1) return { total, stack: undefined, exponent: 0 };
  const power = Math.round(Math.log2(inputVariance) / 2);
  const exponent = Math.abs(power) > SCALED_BEYOND ? power : 0;
  const scaled = weightedSum(total, Math.sqrt(inputVariance) * 2 ** -exponent, total, 0);
  total.dispose();
  return { total: scaled, stack: undefined, exponent };
}

/** What the input layer makes of a batch, [rows, features]: LeCun weights, so that inputs of variance 1 keep it. */
function afterInputLayer(network: SampledNetwork, options: InputOptions): tf.Tensor2D {
  const { seed, trial, sampler } = options;
  const { stem } = planNetwork(network);
  const layer = drawWeightLayer({
    network,
    shape: stem,
    key: { seed, trial, block: 0, layer: 0 },
    gain: 1,
    sampler,
  });
  const shape: [number, number] = [network.batch * stem.size ** 2, stem.inputs];
  const inputs = options.inputs
    ? tf.tensor2d(options.inputs, shape)
    : normalTensor(shape, { seed, purpose: "input", index: [widthOf(network), trial] }, 1);
  try {
    return layer.apply(inputs);
  } finally {
    layer.dispose();
    inputs.dispose();
  }
}

/** Gives the tensors back. */
export function disposeActivations({ total, stack }: Activations): void {
  tf.dispose([total, ...(stack?.components ?? [])]);
}
