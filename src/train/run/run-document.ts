import { median } from "simple-statistics";
import { asImageSource } from "../../data/index.js";
import type { MeasuredBlock, Provenance, RunDocument } from "../../network/documents.js";
import { largest, smallest } from "../../network/extremes.js";
import { FORMAT } from "../../network/format.js";
import { recordedOf } from "../../network/settings/records.js";
import type { TrainingData } from "../folder/training-data.js";
import { designRecord } from "../network/design-record.js";
import type { Network } from "../network/network.js";
import { PLAN_RECORDS, type TrainPlan } from "../plan/train-plan.js";
import { weightsSha256 } from "../weights/index.js";
import type { Outcome } from "./outcome.js";
import type { TakenSteps } from "./taken-steps.js";

/** The settings that are in every run.json. */
type RecordedSettings = Pick<RunDocument, "batch" | "learningRate" | "seed" | "imageSize">;

/** Damaged images that are recorded by name. */
const NAMED = 20;

export interface RunDocumentOptions {
  readonly plan: TrainPlan;
  readonly data: TrainingData;
  /** As it is after the last step. */
  readonly network: Network;
  /** At least one. */
  readonly taken: TakenSteps;
  readonly outcome: Outcome;
  readonly profile: { readonly before: readonly MeasuredBlock[]; readonly after: readonly MeasuredBlock[] };
  /** Of each test. */
  readonly testImages: number;
  readonly provenance: Provenance;
}

/** What a run has found: run.json. */
export function runDocument(options: RunDocumentOptions): RunDocument {
  const { plan, data, network, taken, profile, testImages, provenance } = options;
  const { outcome, step, reason, judged } = options.outcome;
  const lossCurve = taken.losses().map((loss) => (Number.isNaN(loss) ? null : loss));
  return {
    kind: "run",
    format: FORMAT,
    model: plan.architecture.name,
    ...(plan.architecture.activation === "relu" ? {} : { activation: plan.architecture.activation }),
    scheme: plan.scheme.name,
    ...(plan.scheme.alpha === undefined ? {} : { alpha: plan.scheme.alpha }),
    design: designRecord(plan.design, plan.scheme),
    depth: plan.architecture.depth,
    parameters: network.size,
    ...(recordedOf(PLAN_RECORDS, plan) as RecordedSettings),
    ...(data.name === undefined ? {} : { dataSet: data.name }),
    trainingImages: data.train.count,
    classes: data.train.classNames.length,
    ...badImagesOf(data),
    outcome,
    outcomeStep: step,
    reason,
    steps: taken.count,
    loss: {
      first: lossCurve[0],
      last: lossCurve[lossCurve.length - 1],
      ...(judged ? { judged } : {}),
    },
    lossCurve,
    ...testsOf(taken, testImages),
    imagesPerSecond: speeds(taken.imagesPerSecond()),
    profile,
    weightsSha256: weightsSha256(network),
    dataChecksums: data.checksums ?? {},
    provenance,
  };
}

/** The damaged images of the training and the test images, where damage is possible. */
function badImagesOf({ train, test }: TrainingData): Pick<RunDocument, "badImages"> {
  const found = [train, ...(test ? [test] : [])].map((images) => asImageSource(images).badImages);
  if (found.every((names) => names === undefined)) return {};
  const names = found.flatMap((some) => some ?? []);
  return { badImages: { count: names.length, names: names.slice(0, NAMED) } };
}

/** The accuracy after the last step, the best one, and what each test found. */
function testsOf({ last, best, tests }: TakenSteps, images: number) {
  return {
    testAccuracy: last?.testAccuracy ?? null,
    ...(best ? { bestTestAccuracy: best.testAccuracy, bestTestStep: best.step } : {}),
    testImages: tests.length === 0 ? 0 : images,
    tests: tests.map(({ step, testAccuracy, testLoss = null }) => ({
      step,
      accuracy: testAccuracy,
      loss: testLoss,
    })),
  };
}

/** Median and range over the steps but the first, which compiles the kernels (unless it is the only one). */
function speeds(all: readonly number[]): RunDocument["imagesPerSecond"] {
  const values = all.slice(all.length > 1 ? 1 : 0);
  return { median: median(values), min: smallest(values), max: largest(values) };
}
