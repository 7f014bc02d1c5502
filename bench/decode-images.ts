/*
 * How many images of a folder are decoded in a second: JPEGs of noise upon smooth colours, 70 kB for 500×375.
 *
 *   node --import tsx bench/decode-images.ts --width 500 --height 375 --images 400 --side 224
 *
 * For one and two decoders, augmented and not: images a second of wall time, and of processor time.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { batchesInOrder, loadImageFolder } from "../src/data/index.js";
import { openStream } from "../src/random/index.js";

const { values } = parseArgs({
  options: {
    width: { type: "string", default: "500" },
    height: { type: "string", default: "375" },
    images: { type: "string", default: "400" },
    side: { type: "string", default: "224" },
  },
});
const [width, height, images, imageSize] = [values.width, values.height, values.images, values.side].map(
  Number,
);
const BATCHES = 4;
const size = Math.ceil(images / BATCHES);

async function photograph(seed: number): Promise<Buffer> {
  const stream = openStream({ seed, purpose: "photographs" });
  const coarse = Uint8Array.from({ length: 64 * 48 * 3 }, () => 256 * stream.nextUniform());
  const smooth = await sharp(coarse, { raw: { width: 64, height: 48, channels: 3 } })
    .resize(width, height, { fit: "fill" })
    .raw()
    .toBuffer();
  const pixels = smooth.map((value) => Math.max(0, Math.min(255, value + 21 * stream.nextUniform() - 10)));
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

async function measure(directory: string, tasks: number, augmented: boolean): Promise<string> {
  const { train } = await loadImageFolder({ directory, testShare: 0, tasks });
  await train.batch({ indices: [0], imageSize });
  const requests = Array.from({ length: BATCHES }, (_, step) => ({
    indices: Array.from({ length: size }, (__, place) => (step * size + place) % train.count),
    imageSize,
    ...(augmented ? { augment: { seed: 0, step } } : {}),
  }));
  const [started, used] = [performance.now(), process.cpuUsage()];
  for await (const _ of batchesInOrder({ source: train, requests }));
  const wall = (performance.now() - started) / 1e3;
  const { user, system } = process.cpuUsage(used);
  await train.close();
  const [each, busy] = [(BATCHES * size) / wall, (BATCHES * size) / ((user + system) / 1e6)];
  return `${tasks} at a time, ${augmented ? "augmented" : "the middle"}: ${each.toFixed(0)} images a second, ${busy.toFixed(0)} a second of processor time`;
}

const directory = await mkdtemp(join(tmpdir(), "respath-decode-"));
try {
  for (const name of ["a", "b"]) await mkdir(join(directory, name));
  for (let n = 0; n < images; n++) {
    await writeFile(join(directory, n % 2 === 0 ? "a" : "b", `${n}.jpg`), await photograph(n));
  }
  console.log(
    `${images} JPEGs of ${width}×${height} to ${imageSize}×${imageSize}; ${cpus()[0].model}, Node ${process.version}`,
  );
  for (const tasks of [1, 2]) {
    for (const augmented of [true, false]) console.log(await measure(directory, tasks, augmented));
  }
  console.log(`load average ${loadavg()[0].toFixed(1)}`);
} finally {
  await rm(directory, { recursive: true });
}
