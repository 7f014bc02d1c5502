import { type ImageSize, type LabelledImages, makeBatch, makeLabels } from "../data/index.js";
import { softmaxCrossEntropy, tf } from "../tensor/index.js";
import type { Network } from "./network.js";

export interface EvaluateOptions {
  readonly network: Network;
  readonly images: LabelledImages;
  /** The first `count` images. */
  readonly count: number;
  readonly imageSize: ImageSize;
  readonly signal?: AbortSignal;
  readonly onBatch?: (done: number, total: number) => void;
}

const BATCH = 100;

/**
 * The fraction of images classified correctly, with the moving averages and without augmentation.
 *
 * @returns null for no images, or when the signal was aborted.
 */
export async function evaluate(options: EvaluateOptions): Promise<number | null> {
  const { network, images, count, imageSize, signal, onBatch } = options;
  if (count === 0) return null;
  let correct = 0;
  for (let start = 0; start < count; start += BATCH) {
    const size = Math.min(BATCH, count - start);
    const indices = Uint32Array.from({ length: size }, (_, offset) => start + offset);
    const labels = makeLabels(images, indices);
    const input = makeBatch(images, indices, { imageSize });
    tf.tidy(() => {
      const logits = network.forward({
        images: tf.tensor4d(input, [size, imageSize, imageSize, 3]),
        mode: "evaluate",
      });
      correct += softmaxCrossEntropy({ logits, labels }).correct;
    });
    onBatch?.(start + size, count);
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) return null;
  }
  return correct / count;
}
