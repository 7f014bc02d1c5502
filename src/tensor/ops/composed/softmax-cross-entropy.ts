import * as tf from "@tensorflow/tfjs";
import type { ClassificationOutcome, SoftmaxCrossEntropyOptions } from "../classification.js";

/** In JavaScript: the logits are few, and float64 on every backend. */
export function softmaxCrossEntropy({
  logits,
  labels,
  smoothing = 0,
}: SoftmaxCrossEntropyOptions): ClassificationOutcome {
  const [batch, classes] = logits.shape;
  const values = logits.dataSync<"float32">();
  const gradient = new Float32Array(values.length);
  let [loss, correct] = [0, 0];
  for (let row = 0; row < batch; row++) {
    const outcome = rowOutcome(values.subarray(row * classes, (row + 1) * classes), labels[row], {
      gradient: gradient.subarray(row * classes, (row + 1) * classes),
      weight: 1 / batch,
      smoothing,
    });
    loss += outcome.loss / batch;
    correct += outcome.isCorrect ? 1 : 0;
  }
  return { loss, correct, gradient: tf.tensor2d(gradient, [batch, classes]) };
}

interface RowGradient {
  readonly gradient: Float32Array;
  readonly weight: number;
  readonly smoothing: number;
}

function rowOutcome(logits: Float32Array, label: number, { gradient, weight, smoothing }: RowGradient) {
  // Math.max is NaN if any logit is; +∞ − ∞ is NaN as well.
  const largest = Math.max(...logits);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - largest);
  const ofClass = smoothing / logits.length;
  let below = 0;
  for (let c = 0; c < logits.length; c++) {
    const target = (c === label ? 1 - smoothing : 0) + ofClass;
    gradient[c] = weight * (Math.exp(logits[c] - largest) / total - target);
    below += largest - logits[c];
  }
  const ofLabel = Math.log(total) + (largest - logits[label]);
  // Without smoothing a logit of −∞ elsewhere than at the label costs nothing; 0·∞ would be no number.
  const smoothed = Math.log(total) + (1 - smoothing) * (largest - logits[label]) + ofClass * below;
  return {
    loss: smoothing > 0 ? smoothed : ofLabel,
    // The first of those that tie; none where one is not a number.
    isCorrect: logits.indexOf(largest) === label && Number.isFinite(ofLabel),
  };
}
