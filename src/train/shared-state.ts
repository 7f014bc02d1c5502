import { readInto, tensorOf, type tf } from "../tensor/index.js";
import type { Replica } from "./replica.js";

/** A copy of a replica's weights and then of its velocities, in the order of the parameters, for other threads. */
export function shareState(replica: Replica): SharedArrayBuffer {
  const variables = variablesOf(replica);
  const state = new SharedArrayBuffer(4 * variables.reduce((total, { size }) => total + size, 0));
  let offset = 0;
  for (const variable of variables) {
    readInto(variable, new Float32Array(state, offset, variable.size));
    offset += 4 * variable.size;
  }
  return state;
}

/** Gives a replica of the same network the weights and velocities of {@link shareState}. */
export function takeState(replica: Replica, state: SharedArrayBuffer): void {
  let offset = 0;
  for (const variable of variablesOf(replica)) {
    const tensor = tensorOf(new Float32Array(state, offset, variable.size), variable.shape);
    variable.assign(tensor);
    tensor.dispose();
    offset += 4 * variable.size;
  }
}

function variablesOf({ network, velocities }: Replica): readonly tf.Variable[] {
  return [...network.parameters.map(({ variable }) => variable), ...velocities];
}
