import { tf } from "../../tensor/index.js";
import type { Update } from "./clipping.js";
import type { GhostBatch } from "./ghost-batches.js";
import type { GradientVector } from "./gradient-vector.js";
import type { Replica } from "./replica.js";

export interface StepResult {
  /** The mean cross-entropy of the batch before the update, in nats; with label smoothing, without the L2 term. */
  readonly loss: number;
  /** The fraction of the batch classified correctly before the update. */
  readonly accuracy: number;
  /** ‖g‖ of the mean gradient over all parameters, without the L2 term; where gradients are clipped and the loss is finite. */
  readonly gradientNorm?: number;
}

/** What a forward and backward pass of a ghost batch has given. */
export interface GhostOutcome {
  readonly ghost: GhostBatch;
  /** Its gradients and statistics. */
  readonly vector: GradientVector;
  readonly loss: number;
  readonly correct: number;
}

/**
 * The mean over a step's ghost batches of their gradients and statistics. Ghost batches are added in their order,
 * whichever thread they come from, so that the sum is the same to the last bit for any number of workers.
 */
export class GradientSum {
  readonly #total: GradientVector;
  #isEmpty = true;
  #loss = 0;
  #correct = 0;
  #images = 0;

  constructor(total: GradientVector) {
    this.#total = total;
  }

  /** Adds some ghost batches, the next in their order. */
  add(outcomes: readonly GhostOutcome[]): void {
    // Not before: until all threads have answered, one may still be reading the total of the step before.
    if (this.#isEmpty) this.#total.clear();
    this.#isEmpty = false;
    this.#total.add(outcomes.map(({ vector, ghost: { weight } }) => ({ vector, weight })));
    for (const { ghost, loss, correct } of outcomes) {
      this.#loss += ghost.weight * loss;
      this.#correct += correct;
      this.#images += ghost.size;
    }
  }

  get result(): StepResult {
    return { loss: this.#loss, accuracy: this.#correct / this.#images };
  }
}

/** Moves a replica's weights along the gradients of a vector. */
export function applyGradients(replica: Replica, vector: GradientVector, update: Update): void {
  const gradients = vector.gradients();
  try {
    replica.update(gradients, update);
  } finally {
    tf.dispose(gradients);
  }
}
