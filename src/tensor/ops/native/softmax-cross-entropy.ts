import type * as tf from "@tensorflow/tfjs";
import type { KernelModule } from "../../kernels/index.js";
import { emptyTensor } from "../../native-kernels.js";
import type { ClassificationOutcome, SoftmaxCrossEntropyOptions } from "../classification.js";

/** One pass over the logits, which stay on the heap. */
export function softmaxCrossEntropy(
  kernels: KernelModule,
  { logits, labels, smoothing = 0 }: SoftmaxCrossEntropyOptions,
): ClassificationOutcome {
  const [batch, classes] = logits.shape;
  // The labels, and after them the number correct.
  const classOf = kernels.scratch(batch + 1);
  const gradient = emptyTensor<tf.Rank.R2>(kernels, [batch, classes]);
  const correct = classOf + 4 * batch;
  kernels.integers(classOf, batch).set(labels);
  const [from, to] = kernels.pointers(logits, gradient);
  const loss = kernels.run.softmaxCrossEntropy(from, classOf, to, correct, batch, classes, smoothing);
  return { loss, correct: kernels.integers(correct, 1)[0], gradient };
}
