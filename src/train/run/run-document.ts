import { median } from "simple-statistics";
import { asImageSource } from "../../data/index.js";
import type { MeasuredBlock, Provenance, RunDocument, StepMetrics } from "../../network/documents.js";
import { largest, smallest } from "../../network/extremes.js";
import { FORMAT } from "../../network/format.js";
import { recordedOf } from "../../network/settings/records.js";
import type { TrainingData } from "../folder/training-data.js";
import { designRecord } from "../network/design-record.js";
import type { Network } from "../network/network.js";
import { PLAN_RECORDS, type TrainPlan } from "../plan/train-plan.js";
import { weightsSha256 } from "../weights/index.js";
import { bestOf, testedOf } from "./evaluations.js";
import type { Outcome } from "./outcome.js";

/** The settings that are in every run.json. */
type RecordedSettings = Pick<RunDocument, "batch" | "learningRate" | "seed" | "imageSize">;

/** Damaged images that are recorded by name. */
const NAMED = 20;

export interface RunDocumentOptions {
  readonly plan: TrainPlan;
  readonly data: TrainingData;
  /** As it is after the last step. */
  readonly network: Network;
  /** Of every step. */
  readonly metrics: readonly StepMetrics[];
  readonly outcome: Outcome;
  readonly profile: { readonly before: readonly MeasuredBlock[]; readonly after: readonly MeasuredBlock[] };
  /** Of each test. */
  readonly testImages: number;
  readonly provenance: Provenance;
}

/** What a run has found: run.json. */
export function runDocument(options: RunDocumentOptions): RunDocument {
  const { plan, data, network, metrics, profile, testImages, provenance } = options;
  const { outcome, step, reason, judged } = options.outcome;
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
    steps: metrics.length,
    loss: {
      first: metrics[0].loss,
      last: metrics[metrics.length - 1].loss,
      ...(judged ? { judged } : {}),
    },
    lossCurve: metrics.map(({ loss }) => loss),
    ...testsOf(metrics, testImages),
    imagesPerSecond: speeds(metrics),
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
function testsOf(metrics: readonly StepMetrics[], images: number) {
  const tested = testedOf(metrics);
  const best = bestOf(metrics);
  return {
    testAccuracy: metrics.at(-1)?.testAccuracy ?? null,
    ...(best ? { bestTestAccuracy: best.testAccuracy, bestTestStep: best.step } : {}),
    testImages: tested.length === 0 ? 0 : images,
    tests: tested.map(({ step, testAccuracy, testLoss = null }) => ({
      step,
      accuracy: testAccuracy,
      loss: testLoss,
    })),
  };
}

/** Median and range over the steps but the first, which compiles the kernels (unless it is the only one). */
function speeds(metrics: readonly StepMetrics[]): RunDocument["imagesPerSecond"] {
  const values = metrics.slice(metrics.length > 1 ? 1 : 0).map(({ imagesPerSecond }) => imagesPerSecond);
  return { median: median(values), min: smallest(values), max: largest(values) };
}
