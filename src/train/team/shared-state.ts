import { readInto, tensorOf, type tf } from "../../tensor/index.js";
import type { Replica } from "../step/replica.js";

/**
 * A copy of a replica's weights and then of its velocities, in the order of the parameters, and of its moving averages, for other
 * threads.
 */
export function shareState(replica: Replica): SharedArrayBuffer {
  const [variables, averages] = [variablesOf(replica), averagesOf(replica)];
  const numbers = [...variables.map(({ size }) => size), ...averages.map(({ length }) => length)];
  const state = new SharedArrayBuffer(4 * numbers.reduce((total, size) => total + size, 0));
  let offset = 0;
  for (const variable of variables) {
    readInto(variable, new Float32Array(state, offset, variable.size));
    offset += 4 * variable.size;
  }
  for (const average of averages) {
    new Float32Array(state, offset, average.length).set(average);
    offset += 4 * average.length;
  }
  return state;
}

/** Gives a replica of the same network the weights, velocities and moving averages of {@link shareState}. */
export function takeState(replica: Replica, state: SharedArrayBuffer): void {
  let offset = 0;
  for (const variable of variablesOf(replica)) {
    const tensor = tensorOf(new Float32Array(state, offset, variable.size), variable.shape);
    variable.assign(tensor);
    tensor.dispose();
    offset += 4 * variable.size;
  }
  for (const average of averagesOf(replica)) {
    average.set(new Float32Array(state, offset, average.length));
    offset += 4 * average.length;
  }
}

function variablesOf({ network, velocities }: Replica): readonly tf.Variable[] {
  return [...network.parameters.map(({ variable }) => variable), ...velocities];
}

function averagesOf({ network }: Replica): readonly Float32Array[] {
  return network.statistics.flatMap(({ moving }) => [moving.mean, moving.variance]);
}
