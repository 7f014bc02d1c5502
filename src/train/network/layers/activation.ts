import { ACTIVATIONS, type BranchActivation } from "../../../network/activations.js";
import { requireOneOf } from "../../../network/nearest.js";
import { addBias, biasedRelu, relu, type tf } from "../../../tensor/index.js";
import { constantParameter } from "../parameter.js";
import { frozenLinear, frozenMap } from "./frozen.js";
import type { MapLayer } from "./layer.js";

/**
 * Whether it is ReLU, and not nothing.
 *
 * @throws InvalidArgumentError for one that is not trained.
 */
export function isRectifying(activation: BranchActivation): boolean {
  return requireOneOf("activation", activation, ACTIVATIONS) === "relu";
}

/** ReLU, or nothing, alone: what stands before a weight layer without a normaliser. */
export function activation(kind: BranchActivation): MapLayer {
  const rectifies = isRectifying(kind);
  return {
    parameters: [],
    apply: (x) => (rectifies ? relu(x) : x),
    freeze: (x) =>
      rectifies
        ? frozenMap(relu(x), { rectified: x, rectifies: true })
        : frozenLinear(x, (component) => component),
  };
}

/**
 * An activation between two learned scalars, 0 at the start (Fixup's biases before each activation and before each weight layer):
 * `NAMEa` is added to its argument, `NAMEb` to its result.
 */
export function biasedActivation(name: string, kind: BranchActivation): MapLayer {
  const rectifies = isRectifying(kind);
  const parameters = ["a", "b"].map((letter) =>
    constantParameter({ name: `${name}${letter}`, kind: "bias", shape: [], value: 0 }),
  );
  const [before, after] = parameters.map(({ variable }) => variable as tf.Tensor as tf.Scalar);
  const apply = (x: tf.Tensor4D) =>
    rectifies ? biasedRelu({ x, before, after }) : addBias({ x: addBias({ x, bias: before }), bias: after });
  return {
    parameters,
    apply,
    freeze: (x) => frozenMap(apply(x), { rectified: addBias({ x, bias: before }), rectifies }),
  };
}
