import { describe, expect, it } from "vitest";
import { batchesInOrder } from "../../src/data/batches-in-order.js";
import type { BatchRequest, ImagesAndLabels } from "../../src/data/image-source.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A source that says what it was asked, and answers the label that was asked for when it is told to. */
function recordingSource(ahead = 0) {
  const asked: BatchRequest[] = [];
  let [open, most] = [0, 0];
  return {
    asked,
    ahead,
    /** The most batches that were asked for and not taken at any time. */
    mostOpen: () => most,
    taken: () => {
      open -= 1;
    },
    async batch(request: BatchRequest): Promise<ImagesAndLabels> {
      asked.push(request);
      most = Math.max(most, ++open);
      // Later ones are done before earlier ones.
      for (let n = 0; n < 6 - (request.indices[0] % 5); n++) await turn();
      request.signal?.throwIfAborted();
      return { images: new Float32Array(1), labels: Int32Array.from(request.indices) };
    },
  };
}

const requests = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ indices: [index], imageSize: 8 }));

describe("batchesInOrder", () => {
  it.each([0, 1, 4])("with %i ahead, gives every batch in order and never has more", async (ahead) => {
    const source = recordingSource();
    const labels: number[] = [];
    for await (const batch of batchesInOrder({ source, requests: requests(12), ahead })) {
      labels.push(batch.labels[0]);
      // A slow user: whatever could be asked for meanwhile is.
      for (let n = 0; n < 20; n++) await turn();
      expect(source.asked.length).toBe(Math.min(12, labels.length + ahead));
      source.taken();
    }
    expect(labels).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect(source.mostOpen()).toBe(ahead + 1);
  });

  it("takes as many requests as it asks for, from a list without end", async () => {
    const source = recordingSource(2);
    let made = 0;
    const endless = (function* () {
      for (;;) yield { indices: [made++], imageSize: 8 };
    })();
    const batches = batchesInOrder({ source, requests: endless });
    await batches.next();
    expect(made).toBe(3);
    await batches.return();
    expect(made).toBe(3);
  });

  it("cancels what is under way when it is left, and what fails then is nobody's", async () => {
    const source = recordingSource(3);
    for await (const _ of batchesInOrder({ source, requests: requests(12) })) break;
    expect(source.asked).toHaveLength(4);
    for (const { signal } of source.asked) expect(signal?.aborted).toBe(true);
    for (let n = 0; n < 20; n++) await turn();
  });

  it("throws what a batch threw when that batch is due, and not before", async () => {
    const source = {
      ahead: 4,
      async batch({ indices }: BatchRequest): Promise<ImagesAndLabels> {
        if (indices[0] === 2) throw new Error("the third is bad");
        return { images: new Float32Array(1), labels: Int32Array.from(indices) };
      },
    };
    const labels: number[] = [];
    const all = async () => {
      for await (const batch of batchesInOrder({ source, requests: requests(12) })) {
        labels.push(batch.labels[0]);
        await turn();
      }
    };
    await expect(all()).rejects.toThrow("the third is bad");
    expect(labels).toEqual([0, 1]);
  });
});
