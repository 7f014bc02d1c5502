import { type LossAndGradients, sgdMomentumUpdate, softmaxCrossEntropy, tf } from "../tensor/index.js";
import { gradientsInSegments } from "./recomputation.js";
import type { Network } from "./wide-resnet.js";

export interface OptimizerOptions {
  /** 0.9 if absent. */
  readonly momentum?: number;
  /** L2 coefficient on convolution and classifier weights, 5e-4 if absent. */
  readonly decay?: number;
  /** Residual blocks a segment of recomputation; absent: every activation is kept. */
  readonly segment?: number;
}

export interface LabelledBatch {
  /** NHWC, [B, s, s, 3]. */
  readonly images: Float32Array;
  readonly shape: readonly [number, number, number, number];
  /** B classes. */
  readonly labels: ArrayLike<number>;
}

/** What a forward and backward pass gives; the gradients are the caller's to dispose of. */
export interface BatchGradients {
  /** The mean cross-entropy in nats, without the L2 term. */
  readonly loss: number;
  /** Images classified correctly. */
  readonly correct: number;
  /** In the order of the parameters. */
  readonly gradients: readonly tf.Tensor[];
}

/** A network and the velocities of its weights in one thread. Replicas that are given the same gradients stay equal. */
export class Replica {
  readonly network: Network;
  readonly #momentum: number;
  readonly #decay: number;
  readonly #segment: number | undefined;
  #velocities: readonly tf.Variable[] | undefined;

  constructor(network: Network, { momentum = 0.9, decay = 5e-4, segment }: OptimizerOptions = {}) {
    this.network = network;
    this.#momentum = momentum;
    this.#decay = decay;
    this.#segment = segment;
  }

  /** Forward and backward, with the batch's own statistics, which the network records; no weight and no average moves. */
  gradients({ images: pixels, shape, labels }: LabelledBatch): BatchGradients {
    let correct = 0;
    const images = tf.tensor4d(pixels, shape as [number, number, number, number]);
    let result: LossAndGradients | undefined;
    try {
      result = gradientsInSegments({
        network: this.network,
        images,
        lossOf: (logits) => {
          const outcome = softmaxCrossEntropy({ logits, labels });
          correct = outcome.correct;
          return outcome.loss;
        },
        segment: this.#segment,
      });
      return { loss: result.loss.dataSync()[0], correct, gradients: result.gradients };
    } finally {
      images.dispose();
      result?.loss.dispose();
    }
  }

  /** Moves the weights by one step of SGD with momentum. */
  update(gradients: readonly tf.Tensor[], learningRate: number): void {
    this.#velocities ??= startAtRest(this.network);
    const velocities = this.#velocities;
    this.network.parameters.forEach(({ variable, decays }, index) => {
      sgdMomentumUpdate({
        variable,
        gradient: gradients[index],
        velocity: velocities[index],
        learningRate,
        momentum: this.#momentum,
        decay: decays ? this.#decay : 0,
      });
    });
  }
}

/** Velocities of 0, which the network frees with itself. */
function startAtRest({ parameters, companions }: Network): tf.Variable[] {
  const velocities = parameters.map(({ variable: { shape } }) =>
    tf.tidy(() => tf.variable(tf.zeros(shape), false)),
  );
  companions.push(...velocities);
  return velocities;
}
