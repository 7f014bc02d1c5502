import type { TrainOptions } from "../../src/train/index.js";
import { easyImages } from "./images.js";

/** The run that test/fixtures/before-formats has, stopped after step 4 of 6. */
export const STOPPED_RUN: TrainOptions = {
  model: "fc-2-4",
  scheme: "batchnorm",
  steps: 6,
  batch: 4,
  learningRate: 0.05,
  imageSize: 8,
  data: { train: easyImages(16), test: easyImages(8, 1), checksums: { "a.bin": "0" } },
  backend: "cpu",
  workers: 1,
  checkpointEvery: 3,
  probeEvery: { steps: 3 },
};
