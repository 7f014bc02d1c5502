import { type DataOrder, makeBatch, makeLabels } from "../data/index.js";
import { openStream } from "../random/stream.js";
import type { Checkpoints } from "./checkpoints.js";
import type { TrainPlan } from "./plan.js";
import type { LabelledBatch } from "./replica.js";
import type { RunFiles, StepMetrics } from "./run-files.js";
import type { Course } from "./schedule.js";
import { throwIfStopped } from "./stopped.js";
import type { Team } from "./team.js";
import type { TrainingData, TrainOptions } from "./train-options.js";
import type { Optimizer } from "./training-step.js";

export interface StepsOptions {
  readonly plan: TrainPlan;
  readonly data: TrainingData;
  readonly order: DataOrder;
  readonly course: Course;
  readonly trainer: Team | Optimizer;
  readonly files: RunFiles | undefined;
  readonly checkpoints: Checkpoints | undefined;
  readonly options: TrainOptions;
}

/**
 * Takes the steps of a run that have not been taken before, up to one whose loss is not finite. All that a step needs is
 * keyed by its number: the images, their augmentation and the learning rate.
 *
 * @returns every step's metrics, those taken before included.
 */
export async function takeSteps({
  plan,
  data,
  order,
  course: { steps, rateAt },
  trainer,
  files,
  checkpoints,
  options,
}: StepsOptions): Promise<StepMetrics[]> {
  const { batch, imageSize, seed } = plan;
  const taken: StepMetrics[] = [...(files?.earlier ?? [])];
  for (let step = taken.length; step < steps && taken.at(-1)?.loss !== null; step++) {
    // Lets a signal, a message or a terminal's redraw in between two steps.
    await new Promise((resolve) => setImmediate(resolve));
    if (options.signal?.aborted && step > 0) await checkpoints?.saveLast(step);
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
    const { loss, accuracy, gradientNorm } = await trainer.step(input, learningRate);
    const metrics: StepMetrics = {
      step: step + 1,
      epoch: (step + 1) / order.stepsPerEpoch,
      loss: Number.isFinite(loss) ? loss : null,
      accuracy,
      ...(gradientNorm === undefined
        ? {}
        : { gradientNorm: Number.isFinite(gradientNorm) ? gradientNorm : null }),
      learningRate,
      imagesPerSecond: Number((batch / ((performance.now() - started) / 1000)).toPrecision(4)),
    };
    taken.push(metrics);
    await files?.append(metrics);
    await checkpoints?.save(step + 1);
    options.onStep?.(metrics, steps);
  }
  await checkpoints?.saveLast(taken.length);
  return taken;
}
