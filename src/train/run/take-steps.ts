import {
  asImageSource,
  type BatchRequest,
  batchesInOrder,
  type DataOrder,
  type ImagesAndLabels,
} from "../../data/index.js";
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
import type { TakenSteps } from "./taken-steps.js";
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
  /** Those taken before; the others are added. */
  readonly taken: TakenSteps;
}

/**
 * Takes the steps of a run that have not been taken before, up to one whose loss is not finite. All that a step needs is
 * keyed by its number: the images, their augmentation and the learning rate. A step after which the network is tested has
 * ended when that is done.
 */
export async function takeSteps(all: StepsOptions): Promise<void> {
  const { taken, checkpoints, probes } = all;
  await completeLast(all);
  await probes?.take(taken);
  const batches = batchesInOrder({
    source: asImageSource(all.data.train),
    requests: requestsFrom(taken.count, all),
  });
  try {
    await takeOthers(all, batches);
  } finally {
    await batches.return();
  }
  await checkpoints?.saveLast(taken.count);
}

/** What is asked of the training images for the steps from one on. */
function* requestsFrom(first: number, { plan, order, course }: StepsOptions): Generator<BatchRequest> {
  const { imageSize, augment, seed } = plan;
  for (let step = first; step < course.steps; step++) {
    yield { indices: order.batch(step), imageSize, ...(augment ? { augment: { seed, step } } : {}) };
  }
}

/** Takes all other steps, with the images of each. */
async function takeOthers(all: StepsOptions, batches: AsyncIterator<ImagesAndLabels, void>): Promise<void> {
  const { plan, order, course, trainer, files, checkpoints, probes, options, taken } = all;
  const { steps, rateAt } = course;
  const { batch, imageSize } = plan;
  for (let step = taken.count; step < steps && taken.last?.loss !== null; step++) {
    // Lets a signal, a message or a terminal's redraw in between two steps.
    await new Promise((resolve) => setImmediate(resolve));
    const isFarEnough = step >= (options.stopAt ?? Number.POSITIVE_INFINITY);
    if ((options.signal?.aborted || isFarEnough) && step > 0) await checkpoints?.saveLast(step);
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
    taken.add({
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
    const tested = await testLast(all);
    const last = taken.last!;
    await files?.append(last);
    if (step === 0) {
      // With it a run that has a step can be gone on with, whenever it is killed.
      await checkpoints?.saveLast(1);
      await files?.publish();
    }
    if (tested === "stopped") await stopInTest(all);
    await probes?.take(taken);
    await checkpoints?.save(step + 1);
    options.onStep?.(last, steps);
  }
}

/** Makes up for the test in which an earlier part of the run was stopped. */
async function completeLast(all: StepsOptions): Promise<void> {
  const tested = await testLast(all);
  if (tested === "stopped") await stopInTest(all);
  if (tested === "tested") await all.files?.replaceLast(all.taken.last!);
}

/** Tests the network, if that is due after the last step, and adds what was found to its metrics. */
async function testLast({ evaluations, taken }: StepsOptions): Promise<"not due" | "tested" | "stopped"> {
  const { last } = taken;
  if (!last || !evaluations.isDue(last)) return "not due";
  const tested = await evaluations.test(last);
  if (!tested) return "stopped";
  taken.addTest(tested);
  await evaluations.keepBest(taken);
  return "tested";
}

async function stopInTest({ taken, checkpoints, options, course }: StepsOptions): Promise<void> {
  const { count } = taken;
  await checkpoints?.saveLast(count);
  throwIfStopped(options, count, `during the test after step ${count} of ${course.steps}`);
}
