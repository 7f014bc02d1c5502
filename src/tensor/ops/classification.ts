import type * as tf from "@tensorflow/tfjs";

export interface SoftmaxCrossEntropyOptions {
  /** [B, classes]. */
  readonly logits: tf.Tensor2D;
  /** B classes, from 0. */
  readonly labels: ArrayLike<number>;
}

/** What the logits amount to, as numbers, and the gradient of the loss by them. */
export interface ClassificationOutcome {
  /** The mean of −ln softmax(logits)[label] over the batch, in nats. */
  readonly loss: number;
  /** How many of the batch have their largest logit at the label. */
  readonly correct: number;
  /** (softmax − one-hot)/B, [B, classes]. */
  readonly gradient: tf.Tensor2D;
}
