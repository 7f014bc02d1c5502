import { describe, expect, it } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import { sampleNetworks } from "../../src/montecarlo/index.js";
import type { ResultDocument } from "../../src/network/index.js";
import { runInWorkers } from "../../src/pool/index.js";
import type { Job, JobData } from "../../src/reproduce/jobs.js";
import { shareKernels } from "../../src/tensor/kernels/index.js";
import { train } from "../../src/train/index.js";
import { easyImages } from "../train/images.js";

const data: JobData = { train: easyImages(100), test: easyImages(20, 1), checksums: { "data.bin": "00" } };

const sampleSettings = {
  scheme: "batchnorm",
  activation: "relu",
  depth: 5,
  width: 16,
  batch: 8,
  trials: 3,
  seed: 1,
  within: [2],
} as const;
const trainSettings = {
  model: "wrn-10-0.25",
  scheme: "batchnorm",
  steps: 3,
  batch: 16,
  learningRate: 0.1,
  imageSize: 8,
};

const jobs: Job[] = [
  { name: "s", kind: "sample", estimatedSeconds: 1, settings: sampleSettings },
  { name: "r", kind: "run", estimatedSeconds: 1, settings: trainSettings },
  {
    name: "c",
    kind: "variance-sample",
    estimatedSeconds: 1,
    settings: { depth: 4, slopeFrom: 2, channels: 4, imageSize: 8, batch: 8, trials: 3, seed: 0 },
  },
];

describe("the validation's worker", () => {
  it("does every kind of job as the API does it in this thread, and reports how far it is", async () => {
    const fractions: number[][] = jobs.map(() => []);
    const finished: string[] = [];
    shareKernels();
    const [sample, run, convolutional] = await runInWorkers<
      { job: Job; data: JobData },
      ResultDocument,
      { fraction: number }
    >({
      module: new URL("../../src/reproduce/worker.js", import.meta.url),
      jobs: jobs.map((job) => ({ job, data })),
      workers: 2,
      onMessage: ({ fraction }, index) => fractions[index].push(fraction),
      onResult: (document) => {
        finished.push(document.kind);
      },
    });
    const here = await sampleNetworks({ ...sampleSettings, scheme: resolveScheme("batchnorm") });
    expect(sample).toEqual(JSON.parse(JSON.stringify(here)));
    const runHere = await train({ ...trainSettings, data });
    expect(run).toMatchObject({
      kind: "run",
      lossCurve: runHere.lossCurve,
      testAccuracy: runHere.testAccuracy,
    });
    expect(convolutional).toMatchObject({
      kind: "variance-sample",
      network: {
        ...{ scheme: "batchnorm", activation: "relu", images: "cifar10", imageSize: 8 },
        dataChecksums: data.checksums,
      },
      slopeFrom: 2,
      trials: 3,
    });
    expect(finished.sort()).toEqual(["run", "sample", "variance-sample"]);
    for (const reported of fractions) expect(reported.at(-1)).toBe(1);
  });
});
