import * as tf from "@tensorflow/tfjs";
import type { ClassificationOutcome, SoftmaxCrossEntropyOptions } from "../classification.js";

/** In JavaScript: the logits are few, and float64 on every backend. */
export function softmaxCrossEntropy({ logits, labels }: SoftmaxCrossEntropyOptions): ClassificationOutcome {
  const [batch, classes] = logits.shape;
  const values = logits.dataSync<"float32">();
  const gradient = new Float32Array(values.length);
  let [loss, correct] = [0, 0];
  for (let row = 0; row < batch; row++) {
    const outcome = rowOutcome(values.subarray(row * classes, (row + 1) * classes), labels[row], {
      gradient: gradient.subarray(row * classes, (row + 1) * classes),
      weight: 1 / batch,
    });
    loss += outcome.loss / batch;
    correct += outcome.isCorrect ? 1 : 0;
  }
  return { loss, correct, gradient: tf.tensor2d(gradient, [batch, classes]) };
}

interface RowGradient {
  readonly gradient: Float32Array;
  readonly weight: number;
}

function rowOutcome(logits: Float32Array, label: number, { gradient, weight }: RowGradient) {
  // Math.max is NaN if any logit is; +∞ − ∞ is NaN as well.
  const largest = Math.max(...logits);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - largest);
  for (let c = 0; c < logits.length; c++) {
    gradient[c] = weight * (Math.exp(logits[c] - largest) / total - (c === label ? 1 : 0));
  }
  const loss = Math.log(total) + (largest - logits[label]);
  return { loss, isCorrect: logits[label] === largest && Number.isFinite(loss) };
}
