import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StepMetrics } from "../../src/train/index.js";
import { easyImages } from "./images.js";
import { metricsIn } from "./metrics.js";

/** A short run of a tiny network that shuffles and augments, over more than one epoch and in several ghost batches. */
export const checkpointedSettings = {
  model: "wrn-10-0.25",
  scheme: "batchnorm",
  steps: 48,
  batch: 22,
  ghostBatch: 8,
  workers: 1,
  learningRate: 0.05,
  schedule: "paper",
  seed: 3,
  testEvery: { steps: 5 },
  imageSize: 8,
  data: { train: easyImages(200), test: easyImages(40, 1), checksums: { "a.bin": "0" } },
} as const;

/** What metrics.jsonl says but for the speeds. */
export function metricsOf(folder: string): Omit<StepMetrics, "imagesPerSecond">[] {
  return metricsIn(folder).map(({ imagesPerSecond: _, ...metrics }) => metrics);
}

/** What run.json has found but for the speeds. */
export function resultOf(folder: string): object {
  const {
    imagesPerSecond: _,
    provenance: __,
    ...result
  } = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
  return result;
}
