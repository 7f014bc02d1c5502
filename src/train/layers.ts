import { affineRelu, batchNormRelu, conv2d, dense, relu, type tf } from "../tensor/index.js";
import { MovingStatistics } from "./moving-statistics.js";
import { constantParameter, type Parameter, randomWeights } from "./parameter.js";

/**
 * What a forward pass is for. `train`: the batch's own statistics, which are recorded for the moving averages. `measure`:
 * the batch's own statistics, and nothing is recorded. `evaluate`: the moving averages.
 */
export type Mode = "train" | "measure" | "evaluate";

/** A piece of the network and what it learns. */
export interface Layer<Input extends tf.Tensor, Output extends tf.Tensor> {
  readonly parameters: readonly Parameter[];
  /** Of a batch normalisation. */
  readonly statistics?: MovingStatistics;
  apply(x: Input, mode: Mode): Output;
}

export interface ConvolutionOptions {
  readonly name: string;
  readonly kernel: 1 | 3;
  readonly from: number;
  readonly to: number;
  readonly stride?: number;
  readonly seed: number;
}

/** A convolution without bias, He weights: N(0, 2/fan-in), fan-in = kernel²·input channels (He et al. 2015). */
export function convolution(options: ConvolutionOptions): Layer<tf.Tensor4D, tf.Tensor4D> {
  const { name, kernel, from, to, stride = 1, seed } = options;
  const weights = randomWeights({
    name,
    kind: "convolution",
    shape: [kernel, kernel, from, to],
    standardDeviation: Math.sqrt(2 / (kernel * kernel * from)),
    seed,
  });
  return {
    parameters: [weights],
    apply: (x) => conv2d({ x, filter: weights.variable as tf.Tensor as tf.Tensor4D, stride }),
  };
}

/** ReLU alone: the activation of a branch without a normaliser. */
export function activation(): Layer<tf.Tensor4D, tf.Tensor4D> {
  return { parameters: [], apply: (x) => relu(x) };
}

/** Batch normalisation, then ReLU. Scale 1 and shift 0 at the start. */
export function normalizedActivation(name: string, channels: number): Layer<tf.Tensor4D, tf.Tensor4D> {
  const gamma = constantParameter({ name: `${name}.gamma`, kind: "scale", shape: [channels], value: 1 });
  const beta = constantParameter({ name: `${name}.beta`, kind: "shift", shape: [channels], value: 0 });
  const statistics = new MovingStatistics(name, channels);
  return {
    parameters: [gamma, beta],
    statistics,
    apply: (x, mode) => {
      const input = {
        x,
        gamma: gamma.variable as tf.Tensor as tf.Tensor1D,
        beta: beta.variable as tf.Tensor as tf.Tensor1D,
      };
      if (mode === "evaluate") return affineRelu({ ...input, statistics: statistics.moving });
      const normalized = batchNormRelu(input);
      if (mode === "train") statistics.latest = normalized.statistics;
      return normalized.y;
    },
  };
}

export interface ClassifierOptions {
  readonly from: number;
  readonly classes: number;
  readonly seed: number;
}

/** The dense layer at the end: LeCun weights N(0, 1/fan-in), bias 0. */
export function classifier({ from, classes, seed }: ClassifierOptions): Layer<tf.Tensor2D, tf.Tensor2D> {
  const weights = randomWeights({
    name: "classifier.weights",
    kind: "classifier",
    shape: [from, classes],
    standardDeviation: Math.sqrt(1 / from),
    seed,
  });
  const bias = constantParameter({ name: "classifier.bias", kind: "bias", shape: [classes], value: 0 });
  return {
    parameters: [weights, bias],
    apply: (x) =>
      dense({
        x,
        weights: weights.variable as tf.Tensor as tf.Tensor2D,
        bias: bias.variable as tf.Tensor as tf.Tensor1D,
      }),
  };
}
