import { dense, type tf } from "../../../tensor/index.js";
import { constantParameter, randomWeights } from "../parameter.js";
import type { Layer } from "./layer.js";

export interface ClassifierOptions {
  readonly inputWidth: number;
  readonly classes: number;
  /** Weights of 0 at the start; false if absent. */
  readonly startsAtZero?: boolean;
  readonly seed: number;
}

/** The dense layer at the end: LeCun weights N(0, 1/fan-in) unless they start at 0, bias 0. */
export function classifier(options: ClassifierOptions): Layer<tf.Tensor2D, tf.Tensor2D> {
  const { inputWidth, classes, startsAtZero = false, seed } = options;
  const common = {
    name: "classifier.weights",
    kind: "classifier" as const,
    shape: [inputWidth, classes],
  };
  const weights = startsAtZero
    ? constantParameter({ ...common, value: 0 })
    : randomWeights({ ...common, standardDeviation: Math.sqrt(1 / inputWidth), seed });
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
