import * as tf from "@tensorflow/tfjs";
import { RespathError } from "../../network/errors.js";
import { accumulate } from "./accumulate.js";
import { isSole, share } from "./share.js";

/**
 * From the gradient by an operation's result to those by its inputs, in their order, as tensors of their own (which may
 * share a buffer): the tape disposes of them. `wanted` tells which inputs need one; the others' may be left out.
 *
 * `total`, where given, is what other operations have contributed to the gradient by the first input. The operation may
 * add its own part to it in place and return it, which saves a pass over memory.
 */
export type Backward = (
  dy: tf.Tensor,
  saved: readonly tf.Tensor[],
  wanted: readonly boolean[],
  total?: tf.Tensor,
) => readonly (tf.Tensor | undefined)[];

export interface RecordedOperation {
  readonly inputs: readonly tf.Tensor[];
  readonly output: tf.Tensor;
  /** What `backward` needs; only called when a gradient goes through here. */
  readonly saves: () => readonly tf.Tensor[];
  readonly backward: Backward;
}

interface Entry {
  readonly inputs: readonly number[];
  readonly output: number;
  readonly wanted: readonly boolean[];
  readonly saved: readonly tf.Tensor[];
  readonly backward: Backward;
}

let current: Tape | undefined;

/** The tape that records in this thread. */
export function currentTape(): Tape | undefined {
  return current;
}

/**
 * The operations of a forward pass, for the gradients of its result by some variables.
 *
 * tfjs's own tape spends 50 to 100 µs on an operation forward and back, which with 300 narrow layers is as long as
 * their arithmetic. This one knows no names, keeps only the operations between a variable and the result, and adds
 * gradients up in place.
 */
export class Tape {
  readonly #variables: readonly tf.Tensor[];
  /** Numbers of the tensors that depend on a variable. tfjs counts them up. */
  readonly #traced: Set<number>;
  /** Numbers of the results that do not. */
  readonly #constant = new Set<number>();
  readonly #start: number;
  readonly #entries: Entry[] = [];

  constructor(variables: readonly tf.Tensor[]) {
    this.#variables = variables;
    this.#traced = new Set(variables.map(({ id }) => id));
    const marker = tf.scalar(0);
    this.#start = marker.id;
    marker.dispose();
  }

  /** Runs `forward`; of the tensors it makes, the result is left, and what the gradients need. */
  record<T extends tf.Tensor>(forward: () => T): T {
    const outer = current;
    current = this;
    try {
      return tf.tidy(forward);
    } finally {
      current = outer;
    }
  }

  /** @throws RespathError for an input that an operation without a record made. */
  add({ inputs, output, saves, backward }: RecordedOperation): void {
    const wanted = inputs.map(({ id }) => this.#dependsOnVariable(id));
    if (!wanted.includes(true)) {
      this.#constant.add(output.id);
      return;
    }
    this.#traced.add(output.id);
    this.#entries.push({
      inputs: inputs.map(({ id }) => id),
      output: output.id,
      wanted,
      saved: saves().map((tensor) => tf.keep(share(tensor))),
      backward,
    });
  }

  #dependsOnVariable(id: number): boolean {
    if (this.#traced.has(id)) return true;
    if (id < this.#start || this.#constant.has(id)) return false;
    throw new RespathError(
      "lossAndGradients met the result of an operation it has no gradient for; use the operations of src/tensor and `differentiable`",
    );
  }

  /** The gradients of the recorded scalar `loss` by the variables, in their order; 0 for one it does not depend on. */
  gradients(loss: tf.Scalar): tf.Tensor[] {
    this.#dependsOnVariable(loss.id);
    const gradients = new Map<number, tf.Tensor>([[loss.id, tf.scalar(1)]]);
    try {
      for (let entry = this.#entries.pop(); entry; entry = this.#entries.pop()) goBack(entry, gradients);
      return this.#variables.map((variable) => {
        const gradient = gradients.get(variable.id);
        gradients.delete(variable.id);
        return gradient ?? tf.zerosLike(variable);
      });
    } finally {
      tf.dispose([...gradients.values()]);
    }
  }

  /** Gives back the memory of what was kept and not used. */
  dispose(): void {
    for (const { saved } of this.#entries) tf.dispose([...saved]);
    this.#entries.length = 0;
  }
}

/** Takes the gradient by the entry's output out of the map, and adds those by its inputs. */
function goBack({ inputs, output, wanted, saved, backward }: Entry, gradients: Map<number, tf.Tensor>): void {
  const dy = gradients.get(output);
  gradients.delete(output);
  try {
    if (!dy) return;
    const other = gradients.get(inputs[0]);
    const total = other && isSole(other) ? other : undefined;
    const found = tf.tidy(() => backward(dy, saved, wanted, total) as tf.Tensor[]);
    // Before the sums: they may be written over a buffer that nothing else is on.
    dy.dispose();
    found.forEach((gradient, i) => {
      if (!gradient || gradient === total) return;
      if (!wanted[i]) {
        gradient.dispose();
        return;
      }
      const other = gradients.get(inputs[i]);
      gradients.set(inputs[i], other ? accumulate(other, gradient) : gradient);
    });
  } finally {
    tf.dispose([...saved]);
    dy?.dispose();
  }
}
