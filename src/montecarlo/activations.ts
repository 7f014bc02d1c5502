import type { SampledNetwork } from "../network/sampled-network.js";
import { tf } from "../tensor/backend.js";
import type { ComponentStack } from "./component-stack.js";
import { planNetwork, widthOf } from "./network-plan.js";
import { normalTensor } from "./normal-tensor.js";
import { drawWeightLayer, type Sampler } from "./weight-layer.js";

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

/** What the input layer makes of a batch, [rows, features]: LeCun weights, so that inputs of variance 1 keep it. */
export function inputActivations(network: SampledNetwork, options: InputOptions): tf.Tensor2D {
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
