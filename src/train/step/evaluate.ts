import { asImageSource, type BatchRequest, batchesInOrder, type Images } from "../../data/index.js";
import { softmaxCrossEntropy, tf } from "../../tensor/index.js";
import type { Network } from "../network/network.js";

export interface EvaluateOptions {
  readonly network: Network;
  readonly images: Images;
  /** The first `count` images, at least one. */
  readonly count: number;
  /** Images at a time. */
  readonly batch: number;
  readonly imageSize: number;
  readonly signal?: AbortSignal;
  readonly onBatch?: (done: number, total: number) => void;
}

export interface Evaluation {
  /** The fraction of images that were classified correctly. */
  readonly accuracy: number;
  /** Their mean cross-entropy, in nats, without label smoothing; not a number where it is not finite. */
  readonly loss: number;
}

/**
 * Tests a network with the moving averages and without augmentation. Changes nothing in it.
 *
 * @returns null when the signal was aborted.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation | null> {
  const { network, images, count, imageSize, signal, onBatch } = options;
  const requests = requestsFor(options);
  let [correct, loss, done] = [0, 0, 0];
  for await (const { images: input, labels } of batchesInOrder({ source: asImageSource(images), requests })) {
    const size = labels.length;
    done += size;
    tf.tidy(() => {
      const logits = network.forward({
        images: tf.tensor4d(input, [size, imageSize, imageSize, 3]),
        mode: "evaluate",
      });
      const found = softmaxCrossEntropy({ logits, labels });
      correct += found.correct;
      loss += size * found.loss.dataSync()[0];
    });
    onBatch?.(done, count);
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) return null;
  }
  return { accuracy: correct / count, loss: loss / count };
}

/** The first images in their order, some at a time. */
function* requestsFor({ count, batch, imageSize }: EvaluateOptions): Generator<BatchRequest> {
  for (let start = 0; start < count; start += batch) {
    const length = Math.min(batch, count - start);
    yield { indices: Uint32Array.from({ length }, (_, n) => start + n), imageSize };
  }
}
