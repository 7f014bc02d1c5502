import * as tf from "@tensorflow/tfjs";
import { InvalidArgumentError } from "../../network/errors.js";
import { differentiable } from "../gradient/index.js";

export interface SoftmaxCrossEntropyOptions {
  /** [B, classes]. */
  readonly logits: tf.Tensor2D;
  /** B classes, from 0. */
  readonly labels: ArrayLike<number>;
}

export interface Classification {
  /** The mean of −ln softmax(logits)[label] over the batch, in nats. */
  readonly loss: tf.Scalar;
  /** How many of the batch have their largest logit at the label. */
  readonly correct: number;
}

/**
 * The training loss, with its gradient (softmax − one-hot)/B. Computed in float64 in JavaScript: the logits are few, and
 * a non-finite one gives a loss that is not a number whatever the backend's kernels make of it.
 *
 * @throws InvalidArgumentError for a number of labels other than B, or a label that is not a class.
 */
export function softmaxCrossEntropy({ logits, labels }: SoftmaxCrossEntropyOptions): Classification {
  const [batch, classes] = logits.shape;
  if (labels.length !== batch) {
    throw new InvalidArgumentError(
      "labels",
      `${labels.length} labels`,
      `${batch}, one for each row of logits`,
    );
  }
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
  const mean = differentiable({
    inputs: [logits],
    forward: () => tf.scalar(loss),
    backward: (dy) => [tf.mul(tf.tensor2d(gradient, [batch, classes]), dy)],
  });
  return { loss: mean, correct };
}

interface RowGradient {
  readonly gradient: Float32Array;
  readonly weight: number;
}

function rowOutcome(logits: Float32Array, label: number, { gradient, weight }: RowGradient) {
  if (!(label >= 0 && label < logits.length)) {
    throw new InvalidArgumentError("labels", label, `classes from 0 to ${logits.length - 1}`);
  }
  // Math.max is NaN if any logit is; +∞ − ∞ is NaN as well.
  const largest = Math.max(...logits);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - largest);
  for (let c = 0; c < logits.length; c++) {
    gradient[c] = weight * (Math.exp(logits[c] - largest) / total - (c === label ? 1 : 0));
  }
  const loss = Math.log(total) + largest - logits[label];
  return { loss, isCorrect: logits[label] === largest && Number.isFinite(loss) };
}
