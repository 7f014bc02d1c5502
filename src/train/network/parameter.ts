import type { LayerPlan } from "../../network/plan/index.js";
import type { ParameterKind } from "../../network/settings/recipe.js";
import { fillNormal } from "../../random/normal.js";
import { openStream } from "../../random/stream.js";
import { tf } from "../../tensor/index.js";

/** Something the optimiser changes. */
export interface Parameter {
  /** Such as `block3.conv1`. */
  readonly name: string;
  readonly variable: tf.Variable;
  /** What L2 regularisation is selected by. */
  readonly kind: ParameterKind;
  /** Of the weights of a plan's layer: its kind. */
  readonly layer?: LayerPlan["kind"];
}

type Named = Pick<Parameter, "name" | "kind" | "layer">;

export interface WeightsOptions extends Named {
  readonly shape: number[];
  readonly standardDeviation: number;
  readonly seed: number;
}

/** Weights from N(0, σ²), from a stream of their own: the same whatever else the network has. */
export function randomWeights({ shape, standardDeviation, seed, ...named }: WeightsOptions): Parameter {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  fillNormal(values, openStream({ seed, purpose: `weights ${named.name}` }), standardDeviation);
  return { ...named, variable: variableOf(values, shape) };
}

export interface ConstantOptions extends Named {
  readonly shape: number[];
  readonly value: number;
}

/** A scale, shift, bias or α. */
export function constantParameter({ shape, value, ...named }: ConstantOptions): Parameter {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value);
  return { ...named, variable: variableOf(values, shape) };
}

function variableOf(values: Float32Array, shape: number[]): tf.Variable {
  const initial = tf.tensor(values, shape);
  const variable = tf.variable(initial, true);
  initial.dispose();
  return variable;
}
