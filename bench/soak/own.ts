/*
 * One case of bench/soak.ts, in a process of its own: trains until its minutes are over or a signal comes, and prints lines of JSON:
 * its settings, a sample every so many steps, and what is live after a full collection, after the warm-up and at the end.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { LabelledImages } from "../../src/data/index.js";
import { openStream } from "../../src/random/index.js";
import { tf } from "../../src/tensor/index.js";
import { kernels } from "../../src/tensor/kernels/index.js";
import { type StepMetrics, StoppedError, type TrainOptions, train } from "../../src/train/index.js";
import type { Live, Sample } from "./document.js";

const { values } = parseArgs({
  options: {
    case: { type: "string" },
    minutes: { type: "string" },
    warmup: { type: "string" },
    every: { type: "string" },
  },
});
const [minutes, warmup, every] = [values.minutes, values.warmup, values.every].map(Number);

/** Small networks, whose steps are short: many of them in an hour. */
const SETTINGS = {
  model: "wrn-10-0.25",
  scheme: "batchnorm",
  batch: 8,
  imageSize: 8,
  learningRate: 0.01,
  workers: 1,
  backend: "wasm",
} as const;
const CASES: Readonly<Record<string, object>> = {
  "one thread": {},
  "two threads": { workers: 2, ghostBatch: 4 },
  "run folder": { checkpointEvery: 100, testEvery: { steps: 200 }, probeEvery: { steps: 500 } },
};
const settings = { ...SETTINGS, ...CASES[values.case!] };

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
const say = (fields: object) => process.stdout.write(`${JSON.stringify(fields)}\n`);
const stopping = new AbortController();
let isOver = false;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => (isOver = true));
let started: number | undefined;
let isWarm = false;

function sampleAt(step: number): Sample {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  return {
    step,
    seconds: (performance.now() - started!) / 1000,
    rss,
    heapUsed,
    external,
    arrayBuffers,
    tensors: numTensors,
    buffers: numDataBuffers,
    tensorBytes: numBytes,
    wasmBytes: kernels()?.heapBytes() ?? 0,
    handles: process.getActiveResourcesInfo().length,
  };
}

function liveAt(step: number): Live {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { step, bytes: heapUsed + external };
}

function onStep({ step }: StepMetrics): void {
  if (started === undefined) {
    started = performance.now();
    say({ settings, backend: tf.getBackend(), kernels: kernels()?.build ?? "composed" });
  }
  const passed = (performance.now() - started) / 60_000;
  if (step % every === 0) say({ sample: sampleAt(step) });
  const ends = isOver || passed >= minutes;
  if (ends || (!isWarm && passed >= warmup)) say({ live: liveAt(step) });
  isWarm ||= passed >= warmup;
  if (ends) stopping.abort();
}

/** Noise: what it costs to learn nothing is the same. */
function noise(count: number, seed: number): LabelledImages {
  const stream = openStream({ seed, purpose: "bench" });
  return {
    pixels: Uint8Array.from({ length: count * 3072 }, () => 256 * stream.nextUniform()),
    labels: Uint8Array.from({ length: count }, (_, index) => index % 10),
    count,
    classNames: Array.from({ length: 10 }, (_, index) => `class ${index}`),
  };
}

const folder = values.case === "run folder" ? await mkdtemp(join(tmpdir(), "respath-soak-")) : undefined;
const options: TrainOptions = {
  ...settings,
  steps: 1e9,
  data: { train: noise(1000, 0), test: noise(100, 1) },
  testImages: 100,
  ...(folder === undefined ? {} : { output: folder, saveBest: join(folder, "best.safetensors") }),
  signal: stopping.signal,
  onStep,
};
try {
  await train(options);
} catch (error) {
  if (!(error instanceof StoppedError)) throw error;
} finally {
  if (folder !== undefined) await rm(folder, { recursive: true });
}
