import {
  type LossAndGradients,
  lossAndGradients,
  sgdMomentumUpdate,
  softmaxCrossEntropy,
  tf,
} from "../tensor/index.js";
import type { Network } from "./wide-resnet.js";

export interface OptimizerOptions {
  /** 0.9 if absent. */
  readonly momentum?: number;
  /** L2 coefficient on convolution and classifier weights, 5e-4 if absent. */
  readonly decay?: number;
}

export interface LabelledBatch {
  /** NHWC, [B, s, s, 3]. */
  readonly images: Float32Array;
  readonly shape: readonly [number, number, number, number];
  /** B classes. */
  readonly labels: ArrayLike<number>;
}

export interface StepResult {
  /** The mean cross-entropy of the batch before the update, in nats; without the L2 term. */
  readonly loss: number;
  /** The fraction of the batch classified correctly before the update. */
  readonly accuracy: number;
}

/** Trains a network step by step with heavy-ball momentum; the velocities start at 0. */
export class Optimizer {
  readonly #network: Network;
  readonly #momentum: number;
  readonly #decay: number;
  readonly #velocities: readonly Float32Array[];

  constructor(network: Network, { momentum = 0.9, decay = 5e-4 }: OptimizerOptions = {}) {
    this.#network = network;
    this.#momentum = momentum;
    this.#decay = decay;
    this.#velocities = network.parameters.map(({ variable }) => new Float32Array(variable.size));
  }

  /**
   * One step: forward, backward, update. A loss that is not finite changes no weight.
   *
   * No tensor outlives it but the weights.
   */
  step(batch: LabelledBatch, learningRate: number): StepResult {
    const { parameters } = this.#network;
    let correct = 0;
    const images = tf.tensor4d(batch.images, batch.shape as [number, number, number, number]);
    let result: LossAndGradients | undefined;
    try {
      result = lossAndGradients(
        () => {
          const logits = this.#network.forward({ images, mode: "train" });
          const outcome = softmaxCrossEntropy({ logits, labels: batch.labels });
          correct = outcome.correct;
          return outcome.loss;
        },
        parameters.map(({ variable }) => variable),
      );
      const loss = result.loss.dataSync()[0];
      if (Number.isFinite(loss)) this.#update(result.gradients, learningRate);
      return { loss, accuracy: correct / batch.shape[0] };
    } finally {
      images.dispose();
      tf.dispose([result?.loss, ...(result?.gradients ?? [])] as tf.Tensor[]);
    }
  }

  #update(gradients: readonly tf.Tensor[], learningRate: number): void {
    this.#network.parameters.forEach(({ variable, decays }, index) => {
      sgdMomentumUpdate({
        variable,
        gradient: gradients[index],
        velocity: this.#velocities[index],
        learningRate,
        momentum: this.#momentum,
        decay: decays ? this.#decay : 0,
      });
    });
  }
}
