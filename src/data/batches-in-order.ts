import type { BatchRequest, ImageSource, ImagesAndLabels } from "./image-source.js";

export interface BatchesOptions {
  readonly source: Pick<ImageSource, "batch" | "ahead">;
  /** In the order in which the batches are used; one is taken from it when there is room in the queue. */
  readonly requests: Iterable<Omit<BatchRequest, "signal">>;
  /** Batches in the queue beyond the one that is being used, at most; the source's own if absent. */
  readonly ahead?: number;
}

/**
 * The batches of some requests, one after the other, while the next ones are already being made. There are never more
 * than `ahead` of them besides the one that was given out, however slow their user is; which numbers they hold does not
 * depend on it. Leaving the loop cancels what is under way.
 *
 * @throws what making the batch threw that is due.
 * @example
 * ```ts
 * const source = asImageSource({ pixels: new Uint8Array(2 * 3072), labels: Uint8Array.of(3, 1), count: 2, classNames: ["", "", "", ""] });
 * const requests = [{ indices: [1], imageSize: 8 }, { indices: [0, 1], imageSize: 8 }];
 * for await (const { labels } of batchesInOrder({ source, requests })) labels.length; // 1, then 2
 * ```
 */
export async function* batchesInOrder(options: BatchesOptions): AsyncGenerator<ImagesAndLabels, void, void> {
  const { source, requests, ahead = source.ahead } = options;
  const cancellation = new AbortController();
  const waiting = requests[Symbol.iterator]();
  const queue: Promise<ImagesAndLabels>[] = [];
  const fill = () => {
    while (queue.length <= ahead) {
      const next = waiting.next();
      if (next.done) return;
      const batch = source.batch({ ...next.value, signal: cancellation.signal });
      // It is awaited when it is due, which may be never.
      batch.catch(() => {});
      queue.push(batch);
    }
  };
  try {
    for (fill(); queue.length > 0; fill()) yield await queue.shift()!;
  } finally {
    cancellation.abort();
  }
}
