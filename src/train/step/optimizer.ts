import { tf } from "../../tensor/index.js";
import type { Network } from "../network/network.js";
import { planUpdate } from "./clipping.js";
import { type GhostBatch, ghostBatches } from "./ghost-batches.js";
import { applyGradients, GradientSum, type StepResult } from "./gradient-sum.js";
import { GradientVector } from "./gradient-vector.js";
import { type LabelledBatch, partOf } from "./labelled-batch.js";
import { Replica, type ReplicaOptions } from "./replica.js";

export interface OptimizerOptions extends ReplicaOptions {
  /** Images that are normalised together, at most; the whole batch if absent. */
  readonly ghostBatch?: number;
}

/** Trains a network step by step by SGD with momentum; the velocities start at 0. One thread. */
export class Optimizer {
  readonly #replica: Replica;
  readonly #ghostBatch: number;
  /** Of one ghost batch, and of all. */
  #vectors: [GradientVector, GradientVector] | undefined;

  /** @throws InvalidArgumentError for a recipe that is none. */
  constructor(network: Network, { ghostBatch = Infinity, ...options }: OptimizerOptions = {}) {
    this.#replica = new Replica(network, options);
    this.#ghostBatch = ghostBatch;
  }

  /** Of the weights, in the order of the parameters. */
  get velocities(): readonly tf.Variable[] {
    return this.#replica.velocities;
  }

  /**
   * One step: forward and backward for each ghost batch in turn, then one update along the mean of their gradients. The
   * moving averages follow the mean of their statistics, once. A loss that is not finite changes nothing.
   *
   * No tensor outlives it but the weights.
   */
  step(batch: LabelledBatch, learningRate: number): StepResult {
    const images = batch.shape[0];
    const ghosts = ghostBatches(images, Math.min(images, this.#ghostBatch));
    return ghosts.length === 1
      ? this.#stepAtOnce(batch, learningRate)
      : this.#stepInTurn(batch, ghosts, learningRate);
  }

  /** The same as in turn, without the way through a vector. */
  #stepAtOnce(batch: LabelledBatch, learningRate: number): StepResult {
    const { network, recipe } = this.#replica;
    const { loss, correct, gradients } = this.#replica.gradients(batch);
    const result = { loss, accuracy: correct / batch.shape[0] };
    try {
      if (!Number.isFinite(loss)) return result;
      const update = planUpdate({
        gradients: () => gradients.map((gradient) => gradient.dataSync<"float32">()),
        learningRate,
        clipNorm: recipe.clipNorm,
      });
      this.#replica.update(gradients, update);
      for (const statistics of network.statistics) statistics.follow(statistics.latest);
      return { ...result, gradientNorm: update.gradientNorm };
    } finally {
      tf.dispose([...gradients]);
    }
  }

  #stepInTurn(batch: LabelledBatch, ghosts: readonly GhostBatch[], learningRate: number): StepResult {
    const { network } = this.#replica;
    this.#vectors ??= [new GradientVector(network), new GradientVector(network)];
    const [part, total] = this.#vectors;
    const sum = new GradientSum(total);
    for (const ghost of ghosts) {
      const { gradients, loss, correct } = this.#replica.gradients(partOf(batch, ghost));
      part.write(gradients);
      tf.dispose([...gradients]);
      sum.add([{ ghost, vector: part, loss, correct }]);
    }
    const { result } = sum;
    if (!Number.isFinite(result.loss)) return result;
    const { clipNorm } = this.#replica.recipe;
    const update = planUpdate({ gradients: () => [total.slopes], learningRate, clipNorm });
    applyGradients(this.#replica, total, update);
    total.moveAverages();
    return { ...result, gradientNorm: update.gradientNorm };
  }
}
