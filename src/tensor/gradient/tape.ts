import * as tf from "@tensorflow/tfjs";
import { RespathError } from "../../network/errors.js";
import { accumulate } from "./accumulate.js";
import { isSole, share } from "./share.js";

/**
 * From the gradient by an operation's result to those by its inputs, in their order, as tensors of their own (which may
 * share a buffer): the tape disposes of them. `wanted` tells which inputs need one; the others' may be left out. Other
 * tensors that it makes live until the whole backward pass is over, unless it wraps them in tf.tidy.
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
  /** What `backward` gets: variables, and tensors of the tape's own. */
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
  readonly #numbersOfVariables: ReadonlySet<number>;
  /** Numbers of the tensors that depend on a variable. tfjs counts them up. */
  readonly #traced: Set<number>;
  /** Numbers of the results that do not. */
  readonly #constant = new Set<number>();
  readonly #start: number;
  readonly #entries: Entry[] = [];

  constructor(variables: readonly tf.Tensor[]) {
    this.#variables = variables;
    this.#numbersOfVariables = new Set(variables.map(({ id }) => id));
    this.#traced = new Set(this.#numbersOfVariables);
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
      saved: saves().map((tensor) => this.#save(tensor)),
      backward,
    });
  }

  /** Another tensor on the same buffer, which outlives the pass; a variable outlives it anyway. */
  #save(tensor: tf.Tensor): tf.Tensor {
    return this.#numbersOfVariables.has(tensor.id) ? tensor : tf.keep(share(tensor));
  }

  #free(saved: readonly tf.Tensor[]): void {
    for (const tensor of saved) if (!this.#numbersOfVariables.has(tensor.id)) tensor.dispose();
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
    // One scope for all operations: opening and closing one takes as long as a small kernel.
    return tf.tidy(() => {
      const gradients = new Map<number, tf.Tensor>([[loss.id, tf.scalar(1)]]);
      for (let entry = this.#entries.pop(); entry; entry = this.#entries.pop()) {
        try {
          goBack(entry, gradients);
        } finally {
          this.#free(entry.saved);
        }
      }
      return this.#variables.map((variable) => gradients.get(variable.id) ?? tf.zerosLike(variable));
    });
  }

  /** Gives back the memory of what was kept and not used. */
  dispose(): void {
    for (const { saved } of this.#entries) this.#free(saved);
    this.#entries.length = 0;
  }
}

/** Takes the gradient by the entry's output out of the map, and adds those by its inputs. */
function goBack({ inputs, output, wanted, saved, backward }: Entry, gradients: Map<number, tf.Tensor>): void {
  const dy = gradients.get(output);
  if (!dy) return;
  gradients.delete(output);
  const other = gradients.get(inputs[0]);
  const total = other && isSole(other) ? other : undefined;
  const found = backward(dy, saved, wanted, total);
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
}
