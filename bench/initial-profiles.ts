/*
 * The variance profile of networks at initialisation, as the probe finds it on CIFAR-10, beside the prediction.
 *
 *   node --import tsx bench/initial-profiles.ts [--networks 80] [--runs wide,wrn-16-1,pooled]
 *     [--out results/initial-profiles]
 *
 * - wide.json: wrn-16-1 and the same network of twice the width, on 16 test images averaged down to 8×8, which the prediction
 *   follows by pairs of sites. Means over networks are extrapolated to infinite width, and judged by z.
 * - wrn-16-1.json: wrn-16-1 on 64 test images of 32×32, which the prediction follows by sites.
 * - pooled.json: bottlenecks behind max-pooling, on 8 test images averaged down to 16×16.
 */
import { parseArgs } from "node:util";
import { loadCifar10, makeBatch } from "../src/data/index.js";
import { writePlot } from "../src/plot/render.js";
import { VERSION } from "../src/system/provenance.js";
import { makeFolder, writeFileWhole } from "../src/system/write-file.js";
import { startTensors } from "../src/tensor/index.js";
import { type Architecture, parseModel } from "../src/train/index.js";
import { compareProfiles } from "./initial-profiles/compare.js";
import { DESIGNS } from "./initial-profiles/designs.js";
import type { InitialProfiles } from "./initial-profiles/document.js";
import { picture } from "./initial-profiles/picture.js";

const { values: options } = parseArgs({
  options: {
    networks: { type: "string", default: "80" },
    runs: { type: "string", default: "wide,wrn-16-1,pooled" },
    out: { type: "string", default: "results/initial-profiles" },
  },
});
const networks = Number(options.networks);
await startTensors("wasm");
const test = (await loadCifar10()).test!;

/** wrn-16-1 with all widths, the first convolution's included, twice as large. */
const twice = parseModel({
  name: "twice-as-wide",
  stem: { width: 32 },
  stages: [32, 64, 128].map((width, index) => ({ blocks: 2, width, stride: index === 0 ? 1 : 2 })),
});
const bottlenecks = (width: number, stride: number) => {
  const layers = [{ kernel: 1, width }, { width }, { kernel: 1 }];
  return { blocks: 2, width: 2 * width, stride, layers };
};
const pooled = parseModel({
  name: "pooled",
  stem: { width: 32, kernel: 7, pooling: 2 },
  stages: [bottlenecks(32, 1), bottlenecks(64, 2)],
});
const runs: Readonly<Record<string, Run>> = {
  wide: { models: [parseModel("wrn-16-1"), twice], count: 16, side: 8 },
  "wrn-16-1": { models: [parseModel("wrn-16-1")], count: 64, side: 32 },
  pooled: { models: [pooled], count: 8, side: 16 },
};
for (const file of options.runs.split(",")) await run(file, runs[file]);

interface Run {
  readonly models: readonly Architecture[];
  readonly count: number;
  readonly side: 8 | 16 | 32;
}

async function run(file: string, { models, count, side }: Run): Promise<void> {
  const indices = Uint32Array.from({ length: count }, (_, index) => index);
  const images = { data: makeBatch(test, indices, { imageSize: side }), count, channels: 3 };
  const results = DESIGNS.map((design) => {
    const result = compareProfiles({ models, design, images, side, networks });
    const worst = Math.max(...result.rows.map(({ z }) => Math.abs(z ?? 0)));
    process.stderr.write(`${file}, ${design.name}: |z| up to ${worst.toFixed(1)}\n`);
    return result;
  });
  const document: InitialProfiles = {
    kind: "bench",
    name: "initial-profiles",
    measured: new Date().toISOString(),
    respath: VERSION,
    node: process.version,
    models: models.map(({ name }) => name),
    images: { source: "CIFAR-10's test set", count, side },
    networks,
    by: results[0].by,
    rows: results.flatMap(({ rows }) => rows),
  };
  await makeFolder(options.out);
  await writeFileWhole(`${options.out}/${file}.json`, `${JSON.stringify(document, null, 1)}\n`);
  await writePlot(picture(document), `${options.out}/${file}.png`);
}
