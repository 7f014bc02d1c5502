import * as tf from "@tensorflow/tfjs";
import { InvalidArgumentError } from "../../network/errors.js";
import { differentiable } from "../gradient/index.js";
import { nativeKernels } from "../native-kernels.js";
import type { ClassificationOutcome, SoftmaxCrossEntropyOptions } from "./classification.js";
import * as composed from "./composed/softmax-cross-entropy.js";
import * as native from "./native/softmax-cross-entropy.js";
import { times } from "./times.js";

export type { SoftmaxCrossEntropyOptions } from "./classification.js";

export interface Classification {
  /** The mean of −Σ_c target_c·ln softmax(logits)_c over the batch, in nats: −ln softmax(logits)[label] without smoothing. */
  readonly loss: tf.Scalar;
  /**
   * How many of the batch have their largest logit at the label: the first of those that tie, so that equal logits are right
   * about one time in as many as there are classes. A row with a logit that is not a number is never right.
   */
  readonly correct: number;
}

/**
 * The training loss, with its gradient (softmax − target)/B. Computed in float64, around the largest logit of each image;
 * a logit that is +∞ or not a number gives a loss that is not a number.
 *
 * @throws InvalidArgumentError for a number of labels other than B, a label that is not a class, or a smoothing that is not
 * from 0 to less than 1.
 */
export function softmaxCrossEntropy(options: SoftmaxCrossEntropyOptions): Classification {
  const { logits } = options;
  requireClasses(options);
  const { loss, correct, gradient } = outcomeOf(options);
  const mean = differentiable({
    inputs: [logits],
    forward: () => tf.scalar(loss),
    saves: () => [gradient],
    backward: (dy, [saved]) => [times(saved, dy.dataSync()[0])],
  });
  gradient.dispose();
  return { loss: mean, correct };
}

function outcomeOf(options: SoftmaxCrossEntropyOptions): ClassificationOutcome {
  const kernels = nativeKernels();
  return kernels ? native.softmaxCrossEntropy(kernels, options) : composed.softmaxCrossEntropy(options);
}

function requireClasses({ logits, labels, smoothing = 0 }: SoftmaxCrossEntropyOptions): void {
  if (!(smoothing >= 0 && smoothing < 1)) {
    throw new InvalidArgumentError("smoothing", smoothing, "from 0 to less than 1");
  }
  const [batch, classes] = logits.shape;
  if (labels.length !== batch) {
    throw new InvalidArgumentError(
      "labels",
      `${labels.length} labels`,
      `${batch}, one for each row of logits`,
    );
  }
  for (let row = 0; row < batch; row++) {
    const label = labels[row];
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new InvalidArgumentError("labels", label, `classes from 0 to ${classes - 1}`);
    }
  }
}
