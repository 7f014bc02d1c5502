import type { BackendName } from "../../tensor/index.js";
import { tf } from "../../tensor/index.js";
import { kernels } from "../../tensor/kernels/index.js";
import type { Network } from "../network/network.js";
import type { TrainPlan } from "../plan/train-plan.js";
import { planUpdate } from "../step/clipping.js";
import { type GhostBatch, ghostBatches } from "../step/ghost-batches.js";
import { applyGradients, GradientSum, type StepResult } from "../step/gradient-sum.js";
import { GradientVector } from "../step/gradient-vector.js";
import { type LabelledBatch, partOf } from "../step/labelled-batch.js";
import { Replica } from "../step/replica.js";
import { shareState } from "./shared-state.js";
import type { TeamMember, TeamMemory } from "./team-messages.js";
import { TeamThread } from "./team-thread.js";

export interface TeamOptions {
  /** This thread's, as it was created: the workers create theirs from the same plan. */
  readonly network: Network;
  readonly plan: TrainPlan;
  readonly classes: number;
  readonly backend: BackendName;
}

/**
 * One model on several threads: synchronous data parallelism, one ghost batch a thread at a time. This thread works as
 * well, so `plan.workers` threads are busy in all.
 *
 * A step goes in rounds. In each, thread w takes the ghost batch after thread w − 1's and writes its gradients and
 * statistics into its slot of shared memory; then this thread adds the slots to the total in the order of the ghost
 * batches. At the end every thread moves its own replica of the weights along the total. The sum and the update are the
 * same arithmetic in the same order as {@link Optimizer}'s, so the weights, the metrics and the moving averages are equal
 * bit for bit for any number of threads.
 */
export class Team {
  readonly #plan: TrainPlan;
  readonly #replica: Replica;
  readonly #ghosts: readonly GhostBatch[];
  readonly #memory: TeamMemory;
  readonly #slots: readonly GradientVector[];
  readonly #total: GradientVector;
  readonly #threads: readonly TeamThread[];

  private constructor(options: TeamOptions) {
    const { network, plan } = options;
    this.#plan = plan;
    this.#replica = new Replica(network, { ...plan.recipe, segment: plan.segment });
    this.#ghosts = ghostBatches(plan.batch, plan.ghostBatch);
    this.#memory = shareMemory(network, plan);
    this.#slots = this.#memory.slots.map((slot) => new GradientVector(network, slot));
    this.#total = new GradientVector(network, this.#memory.total);
    const module = new URL("./team-worker.js", import.meta.url);
    this.#threads = Array.from({ length: plan.workers - 1 }, (_, index) => {
      return new TeamThread(module, memberOf(options, this.#memory, index + 1));
    });
  }

  /** Starts the threads. @throws what a worker threw while it started. */
  static async start(options: TeamOptions): Promise<Team> {
    const team = new Team(options);
    try {
      await Promise.all(team.#threads.map((thread) => thread.reply()));
      return team;
    } catch (error) {
      await team.close();
      throw error;
    }
  }

  /**
   * One step, as {@link Optimizer.step} on all threads. A loss that is not finite changes nothing, in any thread.
   *
   * @throws what a worker threw; the team is of no use after that but to be closed.
   */
  async step(batch: LabelledBatch, learningRate: number): Promise<StepResult> {
    new Float32Array(this.#memory.images).set(batch.images);
    new Int32Array(this.#memory.labels).set(Array.from(batch.labels));
    const sum = new GradientSum(this.#total);
    for (let first = 0; first < this.#ghosts.length; first += this.#plan.workers) {
      const ghosts = this.#ghosts.slice(first, first + this.#plan.workers);
      const others = Promise.all(
        ghosts
          .slice(1)
          .map((_, index) =>
            this.#threads[index].ask({ kind: "gradients", ghost: first + index + 1, draw: batch.draw }),
          ),
      );
      // Should this thread fail as well, its own error is the one that is thrown.
      others.catch(() => {});
      this.#takePart(partOf(batch, ghosts[0]));
      await others;
      sum.add(
        ghosts.map((ghost, slot) => {
          const [loss, correct] = this.#outcome(slot);
          return { ghost, vector: this.#slots[slot], loss, correct };
        }),
      );
    }
    const { result } = sum;
    return Number.isFinite(result.loss) ? { ...result, gradientNorm: this.#update(learningRate) } : result;
  }

  /** This thread's, of the weights, in the order of the parameters. */
  get velocities(): readonly tf.Variable[] {
    return this.#replica.velocities;
  }

  /** Gives every thread the weights, velocities and averages that this one has: call it when they were set from outside. */
  synchronize(): void {
    const state = shareState(this.#replica);
    for (const thread of this.#threads) thread.tell({ kind: "take", state });
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #takePart(batch: LabelledBatch): void {
    const { loss, correct, gradients } = this.#replica.gradients(batch);
    this.#slots[0].write(gradients);
    tf.dispose([...gradients]);
    this.#outcome(0).set([loss, correct]);
  }

  /**
   * The workers read the total before they take up their next request, and so before it is written again.
   *
   * @returns the norm of the gradient, where it is clipped.
   */
  #update(learningRate: number): number | undefined {
    const { clipNorm } = this.#replica.recipe;
    const update = planUpdate({ gradients: () => [this.#total.slopes], learningRate, clipNorm });
    for (const thread of this.#threads) thread.tell({ kind: "update", update });
    applyGradients(this.#replica, this.#total, update);
    this.#total.moveAverages();
    return update.gradientNorm;
  }

  #outcome(slot: number): Float64Array {
    return new Float64Array(this.#memory.outcomes, 16 * slot, 2);
  }
}

function memberOf({ plan, classes, backend }: TeamOptions, memory: TeamMemory, slot: number): TeamMember {
  const { design, batch, exact, ghostBatch, imageSize, recipe, segment, seed } = plan;
  return {
    design,
    batch,
    exact,
    ghostBatch,
    imageSize,
    recipe,
    segment,
    seed,
    classes,
    backend,
    kernels: kernels()?.build ?? "composed",
    memory,
    slot,
  };
}

function shareMemory(network: Network, { workers, batch, imageSize }: TrainPlan): TeamMemory {
  const vector = GradientVector.bytesOf(network);
  return {
    images: new SharedArrayBuffer(4 * batch * imageSize * imageSize * 3),
    labels: new SharedArrayBuffer(4 * batch),
    slots: Array.from({ length: workers }, () => new SharedArrayBuffer(vector)),
    outcomes: new SharedArrayBuffer(16 * workers),
    total: new SharedArrayBuffer(vector),
  };
}
