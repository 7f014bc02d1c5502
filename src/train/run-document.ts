import { median } from "simple-statistics";
import type { MeasuredBlock, Provenance, RunDocument } from "../network/documents.js";
import type { Network } from "./network.js";
import type { Outcome } from "./outcome.js";
import type { TrainPlan } from "./plan.js";
import type { StepMetrics } from "./run-files.js";
import type { TrainingData } from "./train-options.js";
import { weightsSha256 } from "./weights/index.js";

export interface RunDocumentOptions {
  readonly plan: TrainPlan;
  readonly data: TrainingData;
  /** As it is after the last step. */
  readonly network: Network;
  /** Of every step. */
  readonly metrics: readonly StepMetrics[];
  readonly outcome: Outcome;
  readonly profile: { readonly before: readonly MeasuredBlock[]; readonly after: readonly MeasuredBlock[] };
  readonly testAccuracy: number | null;
  readonly testImages: number;
  readonly provenance: Provenance;
}

/** What a run has found: run.json. */
export function runDocument(options: RunDocumentOptions): RunDocument {
  const { plan, data, network, metrics, profile, testAccuracy, testImages, provenance } = options;
  const { outcome, reason, judged } = options.outcome;
  return {
    kind: "run",
    model: plan.architecture.name,
    scheme: plan.scheme.name,
    ...(plan.scheme.alpha === undefined ? {} : { alpha: plan.scheme.alpha }),
    depth: plan.architecture.depth,
    parameters: network.size,
    batch: plan.batch,
    learningRate: plan.learningRate,
    schedule: plan.schedule,
    ...(plan.warmup === undefined ? {} : { warmup: plan.warmup }),
    recipe: plan.recipe,
    seed: plan.seed,
    imageSize: plan.imageSize,
    augmented: plan.augment,
    ...(data.name === undefined ? {} : { dataSet: data.name }),
    trainingImages: data.train.count,
    outcome,
    reason,
    steps: metrics.length,
    loss: {
      first: metrics[0].loss,
      last: metrics[metrics.length - 1].loss,
      ...(judged ? { judged } : {}),
    },
    lossCurve: metrics.map(({ loss }) => loss),
    testAccuracy,
    testImages: testAccuracy === null ? 0 : testImages,
    imagesPerSecond: speeds(metrics),
    profile,
    weightsSha256: weightsSha256(network),
    dataChecksums: data.checksums ?? {},
    provenance,
  };
}

/** Median and range over the steps but the first, which compiles the kernels (unless it is the only one). */
function speeds(metrics: readonly StepMetrics[]): RunDocument["imagesPerSecond"] {
  const values = metrics.slice(metrics.length > 1 ? 1 : 0).map(({ imagesPerSecond }) => imagesPerSecond);
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}
