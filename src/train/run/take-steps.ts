import {
  asImageSource,
  type BatchRequest,
  batchesInOrder,
  type DataOrder,
  type ImagesAndLabels,
} from "../../data/index.js";
import type { StepMetrics } from "../../network/documents.js";
import type { Checkpoints } from "../folder/checkpoints.js";
import type { RunFiles } from "../folder/run-files.js";
import type { TrainingData } from "../folder/training-data.js";
import type { TrainPlan } from "../plan/train-plan.js";
import type { LabelledBatch } from "../step/labelled-batch.js";
import type { Optimizer } from "../step/optimizer.js";
import type { Course } from "../step/schedule.js";
import type { Team } from "../team/team.js";
import type { Evaluations } from "./evaluations.js";
import type { Probes } from "./probes.js";
import { throwIfStopped } from "./stopped.js";
import type { TrainOptions } from "./train-options.js";

export interface StepsOptions {
  readonly plan: TrainPlan;
  readonly data: TrainingData;
  readonly order: DataOrder;
  readonly course: Course;
  readonly trainer: Team | Optimizer;
  readonly files: RunFiles | undefined;
  readonly checkpoints: Checkpoints | undefined;
  readonly evaluations: Evaluations;
  readonly probes: Probes | undefined;
  readonly options: TrainOptions;
}

/**
 * Takes the steps of a run that have not been taken before, up to one whose loss is not finite. All that a step needs is
 * keyed by its number: the images, their augmentation and the learning rate. A step after which the network is tested has
 * ended when that is done.
 *
 * @returns every step's metrics, those taken before included.
 */
export async function takeSteps(all: StepsOptions): Promise<StepMetrics[]> {
  const { files, checkpoints, probes } = all;
  const taken: StepMetrics[] = [...(files?.earlier ?? [])];
  await completeLast(taken, all);
  await probes?.take(taken);
  const batches = batchesInOrder({
    source: asImageSource(all.data.train),
    requests: requestsFrom(taken.length, all),
  });
  try {
    await takeOthers(taken, all, batches);
  } finally {
    await batches.return();
  }
  await checkpoints?.saveLast(taken.length);
  return taken;
}

/** What is asked of the training images for the steps from one on. */
function* requestsFrom(first: number, { plan, order, course }: StepsOptions): Generator<BatchRequest> {
  const { imageSize, augment, seed } = plan;
  for (let step = first; step < course.steps; step++) {
    yield { indices: order.batch(step), imageSize, ...(augment ? { augment: { seed, step } } : {}) };
  }
}

/** Takes all other steps, with the images of each. */
async function takeOthers(
  taken: StepMetrics[],
  all: StepsOptions,
  batches: AsyncIterator<ImagesAndLabels, void>,
): Promise<void> {
  const { plan, order, course, trainer, files, checkpoints, probes, options } = all;
  const { steps, rateAt } = course;
  const { batch, imageSize } = plan;
  for (let step = taken.length; step < steps && taken.at(-1)?.loss !== null; step++) {
    // Lets a signal, a message or a terminal's redraw in between two steps.
    await new Promise((resolve) => setImmediate(resolve));
    if (options.signal?.aborted && step > 0) await checkpoints?.saveLast(step);
    throwIfStopped(options, step, step === 0 ? "before the first step" : `after step ${step} of ${steps}`);
    const started = performance.now();
    const made = await batches.next();
    if (made.done) return;
    const input: LabelledBatch = {
      ...made.value,
      shape: [batch, imageSize, imageSize, 3],
      draw: { step, ghost: 0 },
    };
    const learningRate = rateAt(step);
    const { loss, accuracy, gradientNorm } = await trainer.step(input, learningRate);
    taken.push({
      step: step + 1,
      epoch: (step + 1) / order.stepsPerEpoch,
      loss: Number.isFinite(loss) ? loss : null,
      accuracy,
      ...(gradientNorm === undefined
        ? {}
        : { gradientNorm: Number.isFinite(gradientNorm) ? gradientNorm : null }),
      learningRate,
      imagesPerSecond: Number((batch / ((performance.now() - started) / 1000)).toPrecision(4)),
    });
    const tested = await testLast(taken, all);
    await files?.append(taken[step]);
    if (step === 0) {
      // With it a run that has a step can be gone on with, whenever it is killed.
      await checkpoints?.saveLast(1);
      await files?.publish();
    }
    if (tested === "stopped") await stopInTest(taken, all);
    await probes?.take(taken);
    await checkpoints?.save(step + 1);
    options.onStep?.(taken[step], steps);
  }
}

/** Makes up for the test in which an earlier part of the run was stopped. */
async function completeLast(taken: StepMetrics[], all: StepsOptions): Promise<void> {
  const tested = await testLast(taken, all);
  if (tested === "stopped") await stopInTest(taken, all);
  if (tested === "tested") await all.files?.replaceLast(taken[taken.length - 1]);
}

/** Tests the network, if that is due after the last step, and adds what was found to its metrics. */
async function testLast(
  taken: StepMetrics[],
  { evaluations }: StepsOptions,
): Promise<"not due" | "tested" | "stopped"> {
  const last = taken.at(-1);
  if (!last || !evaluations.isDue(last)) return "not due";
  const tested = await evaluations.test(last);
  if (!tested) return "stopped";
  taken[taken.length - 1] = tested;
  await evaluations.keepBest(taken);
  return "tested";
}

async function stopInTest(taken: readonly StepMetrics[], all: StepsOptions): Promise<void> {
  await all.checkpoints?.saveLast(taken.length);
  throwIfStopped(
    all.options,
    taken.length,
    `during the test after step ${taken.length} of ${all.course.steps}`,
  );
}
