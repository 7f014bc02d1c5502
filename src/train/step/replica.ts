import type { Recipe, RecipeSettings } from "../../network/settings/recipe.js";
import { type LossAndGradients, sgdMomentumUpdate, softmaxCrossEntropy, tf } from "../../tensor/index.js";
import type { Network } from "../network/network.js";
import type { Update } from "./clipping.js";
import type { LabelledBatch } from "./labelled-batch.js";
import { planRecipe } from "./recipe.js";
import { gradientsInSegments } from "./recomputation.js";

export interface ReplicaOptions extends RecipeSettings {
  /** Residual blocks a segment of recomputation; absent: every activation is kept. */
  readonly segment?: number;
}

/** What a forward and backward pass gives; the gradients are the caller's to dispose of. */
export interface BatchGradients {
  /** The mean cross-entropy in nats, with the recipe's label smoothing and without the L2 term. */
  readonly loss: number;
  /** Images classified correctly. */
  readonly correct: number;
  /** In the order of the parameters. */
  readonly gradients: readonly tf.Tensor[];
}

/** A network and the velocities of its weights in one thread. Replicas that are given the same gradients stay equal. */
export class Replica {
  readonly network: Network;
  readonly recipe: Recipe;
  readonly #segment: number | undefined;
  #velocities: readonly tf.Variable[] | undefined;

  /** @throws InvalidArgumentError for a recipe that is none (planRecipe). */
  constructor(network: Network, { segment, ...recipe }: ReplicaOptions = {}) {
    this.network = network;
    this.recipe = planRecipe(recipe);
    this.#segment = segment;
  }

  /** In the order of the parameters and of their shapes, 0 at the start; the network frees them with itself. */
  get velocities(): readonly tf.Variable[] {
    this.#velocities ??= startAtRest(this.network);
    return this.#velocities;
  }

  /** Forward and backward, with the batch's own statistics, which the network records; no weight and no average moves. */
  gradients({ images: pixels, shape, labels, draw }: LabelledBatch): BatchGradients {
    let correct = 0;
    const images = tf.tensor4d(pixels, shape as [number, number, number, number]);
    let result: LossAndGradients | undefined;
    try {
      result = gradientsInSegments({
        network: this.network,
        images,
        lossOf: (logits) => {
          const outcome = softmaxCrossEntropy({ logits, labels, smoothing: this.recipe.labelSmoothing });
          correct = outcome.correct;
          return outcome.loss;
        },
        segment: this.#segment,
        draw,
      });
      return { loss: result.loss.dataSync()[0], correct, gradients: result.gradients };
    } finally {
      images.dispose();
      result?.loss.dispose();
    }
  }

  /** Moves the weights by one step of SGD with momentum. */
  update(gradients: readonly tf.Tensor[], { learningRate, gradientScale }: Update): void {
    const { velocities } = this;
    const { momentum, nesterov, l2, l2On } = this.recipe;
    this.network.parameters.forEach(({ variable, kind }, index) => {
      sgdMomentumUpdate({
        variable,
        gradient: gradients[index],
        velocity: velocities[index],
        learningRate,
        gradientScale,
        momentum,
        nesterov,
        decay: l2On.includes(kind) ? l2 : 0,
      });
    });
  }
}

function startAtRest({ parameters, companions }: Network): tf.Variable[] {
  const velocities = parameters.map(({ variable: { shape } }) =>
    tf.tidy(() => tf.variable(tf.zeros(shape), false)),
  );
  companions.push(...velocities);
  return velocities;
}
