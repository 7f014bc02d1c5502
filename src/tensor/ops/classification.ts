import type * as tf from "@tensorflow/tfjs";

export interface SoftmaxCrossEntropyOptions {
  /** [B, classes]. */
  readonly logits: tf.Tensor2D;
  /** B classes, from 0. */
  readonly labels: ArrayLike<number>;
  /**
   * Label smoothing ε, from 0 (none, the default) to less than 1: the target is 1 − ε for the label, and ε/classes more for
   * every class, the label's included (Szegedy et al. 2016, and PyTorch's CrossEntropyLoss).
   */
  readonly smoothing?: number;
}

/** What the logits amount to, as numbers, and the gradient of the loss by them. */
export interface ClassificationOutcome {
  /** The mean of −Σ_c target_c·ln softmax(logits)_c over the batch, in nats. */
  readonly loss: number;
  /** How many of the batch have their largest logit, the first of those that tie, at the label. */
  readonly correct: number;
  /** (softmax − target)/B, [B, classes]. */
  readonly gradient: tf.Tensor2D;
}
