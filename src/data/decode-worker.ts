import { availableParallelism } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import sharp from "sharp";
import { openStream } from "../random/stream.js";
import { reasonOf } from "../system/write-file.js";
import { decodeImage } from "./decode-image.js";
import type { DecodeFailure, DecodeReply, DecodeRequest } from "./decode-messages.js";

type Batch = Extract<DecodeRequest, { kind: "decode" }>;

/** Images decoded at the same time, each by one thread of Node's pool. */
const { tasks = Math.min(4, availableParallelism()) } = workerData as { readonly tasks?: number };

/** In the order in which they were asked for, which is that in which they are decoded. */
const batches = new Map<number, Batch>();
let isDecoding = false;

sharp.cache(false);
sharp.concurrency(1);

parentPort!.on("message", (request: DecodeRequest) => {
  if (request.kind === "cancel") {
    batches.delete(request.id);
    return;
  }
  batches.set(request.id, request);
  if (!isDecoding) void decodeAll();
});

async function decodeAll(): Promise<void> {
  isDecoding = true;
  // Goes on to those that arrive meanwhile.
  for (const [id, batch] of batches) {
    const reply = await decode(batch);
    if (batches.delete(id)) parentPort!.postMessage(reply, [reply.images.buffer]);
  }
  isDecoding = false;
}

async function decode(batch: Batch): Promise<DecodeReply> {
  const { id, paths, imageSize } = batch;
  const numbers = imageSize * imageSize * 3;
  const images = new Float32Array(paths.length * numbers);
  const failures: DecodeFailure[] = [];
  let next = 0;
  const work = async () => {
    while (next < paths.length && batches.has(id)) {
      const position = next++;
      const target = images.subarray(position * numbers, (position + 1) * numbers);
      try {
        await decodeImage({ path: paths[position]!, imageSize, augment: streamOf(batch, position), target });
      } catch (error) {
        failures.push({ position, reason: reasonOf(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: tasks }, work));
  return { id, images, failures };
}

function streamOf({ augment, places }: Batch, position: number) {
  if (!augment) return undefined;
  return openStream({ seed: augment.seed, purpose: "augment", index: [augment.step, places[position]!] });
}
