import { fillNormal } from "../random/normal.js";
import { openStream } from "../random/stream.js";
import { tf } from "../tensor/index.js";

/** Something the optimiser changes. */
export interface Parameter {
  /** Such as `block3.conv1`. */
  readonly name: string;
  readonly variable: tf.Variable;
  /** Whether L2 regularisation applies: to the weights of convolutions and of the classifier only. */
  readonly decays: boolean;
}

export interface WeightsOptions {
  readonly name: string;
  readonly shape: number[];
  readonly standardDeviation: number;
  readonly seed: number;
}

/** Weights from N(0, σ²), from a stream of their own: the same whatever else the network has. */
export function randomWeights({ name, shape, standardDeviation, seed }: WeightsOptions): Parameter {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  fillNormal(values, openStream({ seed, purpose: `weights ${name}` }), standardDeviation);
  return { name, variable: variableOf(values, shape), decays: true };
}

export interface ConstantOptions {
  readonly name: string;
  readonly shape: number[];
  readonly value: number;
}

/** A scale, shift or bias, which does not decay. */
export function constantParameter({ name, shape, value }: ConstantOptions): Parameter {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value);
  return { name, variable: variableOf(values, shape), decays: false };
}

function variableOf(values: Float32Array, shape: number[]): tf.Variable {
  const initial = tf.tensor(values, shape);
  const variable = tf.variable(initial, true);
  initial.dispose();
  return variable;
}
