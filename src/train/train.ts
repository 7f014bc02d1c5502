import { join } from "node:path";
import { median } from "simple-statistics";
import { DataOrder, type LabelledImages, makeBatch, makeLabels } from "../data/index.js";
import type { RunDocument } from "../network/documents.js";
import { InvalidArgumentError, RespathError } from "../network/errors.js";
import { openStream } from "../random/stream.js";
import { startProvenance } from "../system/provenance.js";
import { requireWritableFolder } from "../system/write-file.js";
import { startTensors } from "../tensor/index.js";
import { setExactConvolutions } from "../tensor/kernels/index.js";
import { evaluate } from "./evaluate.js";
import { ghostBatches } from "./ghost-batches.js";
import { judgeOutcome } from "./outcome.js";
import { planTraining, type TrainPlan, type TrainSettings } from "./plan.js";
import { measureProfile } from "./probe.js";
import type { LabelledBatch } from "./replica.js";
import { RunFiles, type StepMetrics } from "./run-files.js";
import { learningRateSchedule } from "./schedule.js";
import { Team } from "./team.js";
import { Optimizer } from "./training-step.js";
import { createWideResNet, type Network } from "./wide-resnet.js";

/** The images of a run. */
export interface TrainingData {
  readonly train: LabelledImages;
  /** Absent: no test accuracy. */
  readonly test?: LabelledImages;
  /** Recorded in the result. */
  readonly checksums?: Readonly<Record<string, string>>;
}

export interface TrainOptions extends TrainSettings {
  /** A function is called once everything else has been checked. */
  readonly data: TrainingData | (() => Promise<TrainingData>);
  /** A folder for metrics.jsonl and run.json; nothing is written if absent. */
  readonly output?: string;
  /** Called after each step with what metrics.jsonl gets. */
  readonly onStep?: (metrics: StepMetrics, steps: number) => void;
  /** Called after each batch of test images. */
  readonly onEvaluation?: (done: number, total: number) => void;
  /** Stops the run after the current step: metrics.jsonl is kept, and there is no run.json. */
  readonly signal?: AbortSignal;
}

/** The run was stopped from outside before it had ended. */
export class StoppedError extends RespathError {
  override name = "StoppedError";
}

/**
 * Trains a Wide-ResNet by SGD with momentum 0.9 and an L2 term of 5e-4·‖w‖²/2 on the weights of convolutions and of the
 * classifier (not on scales, shifts, biases and α). Everything random comes from `seed`: on one backend the same
 * settings give the same losses to the last bit, whatever the number of `workers` and with or without `recompute`.
 *
 * A loss that is not finite ends the run and makes it `diverged`, which is a result; `judgeOutcome` says when a run
 * counts as `trained`. The variance profile is measured before and after on a ghost batch of the first
 * training images.
 *
 * @throws InvalidArgumentError, OutOfMemoryError or OutputError before any data are asked for; StoppedError when the
 * signal is aborted.
 * @example
 * ```ts
 * // Needs CIFAR-10.
 * const { train: images, test, checksums } = await loadCifar10();
 * const run = await train({
 *   model: "wrn-16-1", scheme: "skipinit", steps: 100, learningRate: 0.1, data: { train: images!, test, checksums },
 * });
 * run.outcome; // "trained"
 * ```
 */
export async function train(options: TrainOptions): Promise<RunDocument> {
  const plan = planTraining(options);
  if (options.output !== undefined) await requireWritableFolder(options.output);
  const { ghostBatch, segment } = plan;
  // Before the data, which may have to be fetched: a backend that is not there is known at once.
  const backend = await startTensors(options.backend);
  setExactConvolutions(plan.exact);
  // The others use all of the machine from one thread.
  const workers = backend === "wasm" || backend === "cpu" ? plan.workers : 1;
  const finishProvenance = startProvenance({
    command: "train",
    ...settingsOf(options),
    ghostBatch,
    workers,
    recompute: segment ?? "none",
  });
  const data = typeof options.data === "function" ? await options.data() : options.data;
  const order = new DataOrder({ count: data.train.count, batch: plan.batch, seed: plan.seed });
  const testImages = testImagesOf(plan, data);

  const files = options.output === undefined ? undefined : await RunFiles.open(options.output);
  const classes = data.train.classNames.length;
  let network: Network | undefined;
  let trainer: Team | Optimizer | undefined;
  try {
    network = createWideResNet({ ...plan, classes });
    trainer =
      workers > 1
        ? await Team.start({ network, plan, classes, backend })
        : new Optimizer(network, { ghostBatch, segment });
    const probe = probeBatch(plan, data);
    const before = measureProfile({ network, ...probe });
    const metrics = await runSteps({ plan, data, order, trainer, files, options });
    const losses = metrics.map(({ loss }) => loss ?? Number.NaN);
    const { outcome, reason, judged } = judgeOutcome({ losses, classes });
    const after = measureProfile({ network, ...probe });
    const testAccuracy =
      outcome === "diverged" || !data.test
        ? null
        : await evaluate({
            network,
            images: data.test,
            count: testImages,
            imageSize: plan.imageSize,
            signal: options.signal,
            onBatch: options.onEvaluation,
          });
    throwIfStopped(options, `during the test, after all ${metrics.length} steps`);
    const run: RunDocument = {
      kind: "run",
      model: plan.architecture.name,
      scheme: plan.scheme.name,
      ...(plan.scheme.alpha === undefined ? {} : { alpha: plan.scheme.alpha }),
      depth: plan.architecture.depth,
      parameters: network.size,
      batch: plan.batch,
      learningRate: plan.learningRate,
      schedule: plan.schedule,
      seed: plan.seed,
      imageSize: plan.imageSize,
      augmented: plan.augment,
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
      profile: { before, after },
      dataChecksums: data.checksums ?? {},
      provenance: finishProvenance(backend),
    };
    await files?.finish(run);
    return run;
  } finally {
    if (trainer instanceof Team) await trainer.close();
    network?.dispose();
    await files?.close();
  }
}

interface StepsOptions {
  readonly plan: TrainPlan;
  readonly data: TrainingData;
  readonly order: DataOrder;
  readonly trainer: Team | Optimizer;
  readonly files: RunFiles | undefined;
  readonly options: TrainOptions;
}

async function runSteps({
  plan,
  data,
  order,
  trainer,
  files,
  options,
}: StepsOptions): Promise<StepMetrics[]> {
  const { batch, imageSize, seed } = plan;
  const steps =
    "steps" in plan.length
      ? plan.length.steps
      : Math.max(1, Math.round(plan.length.epochs * order.stepsPerEpoch));
  const rateAt = learningRateSchedule({ schedule: plan.schedule, initial: plan.learningRate, steps });
  const taken: StepMetrics[] = [];
  for (let step = 0; step < steps; step++) {
    // Lets a signal, a message or a terminal's redraw in between two steps.
    await new Promise((resolve) => setImmediate(resolve));
    throwIfStopped(options, step === 0 ? "before the first step" : `after step ${step} of ${steps}`);
    const started = performance.now();
    const indices = order.batch(step);
    const augment = plan.augment ? openStream({ seed, purpose: "augment", index: [step] }) : undefined;
    const input: LabelledBatch = {
      images: makeBatch(data.train, indices, { imageSize, augment }),
      shape: [batch, imageSize, imageSize, 3],
      labels: makeLabels(data.train, indices),
    };
    const learningRate = rateAt(step);
    const { loss, accuracy } = await trainer.step(input, learningRate);
    const metrics: StepMetrics = {
      step: step + 1,
      epoch: (step + 1) / order.stepsPerEpoch,
      loss: Number.isFinite(loss) ? loss : null,
      accuracy,
      learningRate,
      imagesPerSecond: Number((batch / ((performance.now() - started) / 1000)).toPrecision(4)),
    };
    taken.push(metrics);
    await files?.append(metrics);
    options.onStep?.(metrics, steps);
    if (metrics.loss === null) break;
  }
  return taken;
}

/** What the profile is measured on: a ghost batch, of the first training images as they are. */
function probeBatch({ batch, ghostBatch, imageSize }: TrainPlan, { train: images }: TrainingData) {
  const [{ size }] = ghostBatches(batch, ghostBatch);
  const indices = Uint32Array.from({ length: size }, (_, index) => index);
  return {
    images: makeBatch(images, indices, { imageSize }),
    shape: [size, imageSize, imageSize, 3] as const,
  };
}

function testImagesOf(plan: TrainPlan, { test }: TrainingData): number {
  const available = test?.count ?? 0;
  if (plan.testImages !== undefined && plan.testImages > available) {
    throw new InvalidArgumentError("test images", plan.testImages, `a whole number from 0 to ${available}`);
  }
  return plan.testImages ?? available;
}

/** Median and range over the steps but the first, which compiles the kernels (unless it is the only one). */
function speeds(metrics: readonly StepMetrics[]): RunDocument["imagesPerSecond"] {
  const values = metrics.slice(metrics.length > 1 ? 1 : 0).map(({ imagesPerSecond }) => imagesPerSecond);
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

function throwIfStopped({ signal, output }: TrainOptions, when: string): void {
  if (!signal?.aborted) return;
  const kept =
    output === undefined ? "" : `; what was measured so far is in ${join(output, "metrics.jsonl")}`;
  throw new StoppedError(`stopped ${when}${kept}`);
}

/** What can be sent to another thread and recorded. */
function settingsOf(options: TrainOptions): TrainSettings {
  const { data: _, onStep: __, onEvaluation: ___, signal: ____, ...settings } = options;
  return settings;
}
