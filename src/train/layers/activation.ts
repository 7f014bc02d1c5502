import type { Activation } from "../../network/activations.js";
import { addBias, biasedRelu, relu, type tf } from "../../tensor/index.js";
import { constantParameter } from "../parameter.js";
import { frozenLinear, frozenMap } from "./frozen.js";
import type { MapLayer } from "./layer.js";

/** ReLU, or nothing, alone: what stands before a weight layer without a normaliser. */
export function activation(kind: Activation): MapLayer {
  return {
    parameters: [],
    apply: (x) => (kind === "relu" ? relu(x) : x),
    freeze: (x) =>
      kind === "relu"
        ? frozenMap(relu(x), { rectified: x, rectifies: true })
        : frozenLinear(x, (component) => component),
  };
}

/**
 * An activation between two learned scalars, 0 at the start (Fixup's biases before each activation and before each weight layer):
 * `NAMEa` is added to its argument, `NAMEb` to its result.
 */
export function biasedActivation(name: string, kind: Activation): MapLayer {
  const parameters = ["a", "b"].map((letter) =>
    constantParameter({ name: `${name}${letter}`, kind: "bias", shape: [], value: 0 }),
  );
  const [before, after] = parameters.map(({ variable }) => variable as tf.Tensor as tf.Scalar);
  const apply = (x: tf.Tensor4D) =>
    kind === "relu"
      ? biasedRelu({ x, before, after })
      : addBias({ x: addBias({ x, bias: before }), bias: after });
  return {
    parameters,
    apply,
    freeze: (x) =>
      frozenMap(apply(x), { rectified: addBias({ x, bias: before }), rectifies: kind === "relu" }),
  };
}
