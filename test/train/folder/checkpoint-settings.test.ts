import { expect, it } from "vitest";
import { planRecord, requireSameSettings } from "../../../src/train/folder/checkpoint-settings.js";
import { planTraining, type TrainSettings } from "../../../src/train/plan/train-plan.js";

const settings: TrainSettings = {
  ...{ model: "wrn-10-0.25", scheme: "skipinit", imageSize: 8, augment: false },
  activation: "linear",
  ...{ epochs: 2, batch: 22, ghostBatch: 8, exact: true, seed: 3 },
  ...{ warmup: { steps: 4 }, testEvery: { steps: 5 }, testImages: 40 },
  schedule: "cosine",
  ...{ probeEvery: { steps: 3 }, probeImages: 9 },
};

/** As in checkpoints of version 0.1.0. */
const RECORD = {
  ...{ model: "wrn-10-0.25", activation: "linear", scheme: "skipinit", alpha: "1/sqrt(d)" },
  design: { alphaLearned: true, convBiases: false, dropout: 0 },
  ...{ batch: 22, ghostBatch: 8, exact: true, learningRate: 0.1, schedule: "cosine", warmup: { steps: 4 } },
  recipe: {
    ...{ momentum: 0.9, nesterov: false, l2: 5e-4, l2On: ["convolution", "classifier"] },
    labelSmoothing: 0,
  },
  ...{ seed: 3, imageSize: 8, augment: false, testImages: 40, testEvery: { steps: 5 } },
  ...{ probe: { every: { steps: 3 }, images: 9 }, length: { epochs: 2 } },
};

it("a run has to agree with a checkpoint in all that changes what is found, and in nothing else", () => {
  const { version: _, ...record } = planRecord(planTraining(settings));
  expect(JSON.parse(JSON.stringify(record))).toEqual(RECORD);
  const other = planTraining({ ...settings, workers: 1, recompute: 2, backend: "cpu" });
  expect(planRecord(other)).toEqual(planRecord(planTraining({ ...settings, workers: 3 })));
});

it("settings that differ are named as far as a line has room, and at least one", () => {
  const complaint = (there: Readonly<Record<string, unknown>>) => {
    try {
      requireSameSettings({ here: {}, there, source: "a" });
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };
  expect(complaint({ seed: 1, batch: 2 })).toMatch(/: `seed` 1 \(here absent\), `batch` 2 \(here absent\)$/);
  const many = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`setting${index}`, "long ".repeat(99)]),
  );
  expect(complaint(many)).toMatch(/^resume must be .{200,340} and 9\d more$/);
  expect(complaint({ [`${"name".repeat(99)}`]: "long ".repeat(99) })).toMatch(/^[^\n]{100,400}$/);
});
