import { DataOrder, makeBatch } from "../data/index.js";
import type { RunDocument } from "../network/documents.js";
import { InvalidArgumentError } from "../network/errors.js";
import { startProvenance } from "../system/provenance.js";
import { writeFileWhole } from "../system/write-file.js";
import { startTensors } from "../tensor/index.js";
import { setExactConvolutions } from "../tensor/kernels/index.js";
import { settingsOfCircumstances, settingsOfPlan } from "./checkpoint-settings.js";
import { Checkpoints } from "./checkpoints.js";
import { evaluate } from "./evaluate.js";
import { ghostBatches } from "./ghost-batches.js";
import { createNetwork, type Network } from "./network.js";
import { judgeOutcome } from "./outcome.js";
import { planTraining, type TrainPlan } from "./plan.js";
import { measureProfile } from "./probe.js";
import { runDocument } from "./run-document.js";
import { RunFiles } from "./run-files.js";
import { courseOf } from "./schedule.js";
import {
  findStartingPoint,
  goToCheckpoint,
  loadWeights,
  requireSameCircumstances,
  trainingEntries,
} from "./starting-point.js";
import { throwIfStopped } from "./stopped.js";
import { takeSteps } from "./take-steps.js";
import { Team } from "./team.js";
import { settingsOf, type TrainingData, type TrainOptions } from "./train-options.js";
import { Optimizer } from "./training-step.js";
import { encodeWeights } from "./weights/index.js";

/**
 * Trains a Wide-ResNet by SGD with momentum 0.9 and an L2 term of 5e-4·‖w‖²/2 on the weights of convolutions and of the
 * classifier (not on scales, shifts, biases and α), unless the recipe says otherwise. Everything random comes from
 * `seed`: on one backend the same settings give the same losses to the last bit, whatever the number of `workers` and with
 * or without `recompute`.
 *
 * A loss that is not finite ends the run and makes it `diverged`, which is a result; `judgeOutcome` says when a run
 * counts as `trained`. The variance profile is measured before and after on a ghost batch of the first
 * training images.
 *
 * With `checkpointEvery` and `resume`, a run that was stopped or killed goes on with the same losses and weights, to the
 * last bit, as if it had not been (docs/training.md).
 *
 * @throws InvalidArgumentError, OutOfMemoryError, OutputError, or DataError for a file of weights or a checkpoint, before
 * any data are asked for; InvalidArgumentError for a checkpoint with other data; StoppedError when the signal is aborted.
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
  const start = await findStartingPoint(options, plan);
  const { ghostBatch, segment } = plan;
  const { output, checkpointEvery } = options;
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
    ...(start.checkpoint ? { resumedAfter: start.checkpoint.step } : {}),
  });
  const data = typeof options.data === "function" ? await options.data() : options.data;
  const order = new DataOrder({ count: data.train.count, batch: plan.batch, seed: plan.seed });
  const course = courseOf(plan, order.stepsPerEpoch);
  const testImages = testImagesOf(plan, data);
  const circumstances = settingsOfCircumstances({ data, backend, weights: start.weights });
  requireSameCircumstances(start, circumstances);
  const classes = data.train.classNames.length;
  let network: Network | undefined;
  let trainer: Team | Optimizer | undefined;
  let files: RunFiles | undefined;
  try {
    network = createNetwork({ ...plan, classes });
    loadWeights(start, network);
    trainer =
      workers > 1
        ? await Team.start({ network, plan, classes, backend })
        : new Optimizer(network, { ...plan.recipe, ghostBatch, segment });
    const probe = probeBatch(plan, data);
    const before = measureProfile({ network, ...probe });
    goToCheckpoint(start, network, trainer);
    files = output === undefined ? undefined : await RunFiles.open(output, start.checkpoint?.step);
    if (options.resume) options.onResume?.(start.checkpoint?.step ?? 0);
    const checkpoints =
      files && checkpointEvery !== undefined
        ? new Checkpoints({
            files,
            every: checkpointEvery,
            settings: settingsOfPlan(plan),
            circumstances,
            entries: trainingEntries(network, trainer),
          })
        : undefined;
    const metrics = await takeSteps({ plan, data, order, course, trainer, files, checkpoints, options });
    const losses = metrics.map(({ loss }) => loss ?? Number.NaN);
    const outcome = judgeOutcome({ losses, classes });
    const after = measureProfile({ network, ...probe });
    const testAccuracy =
      outcome.outcome === "diverged" || !data.test
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
    const run = runDocument({
      plan,
      data,
      network,
      metrics,
      outcome,
      profile: { before, after },
      testAccuracy,
      testImages,
      provenance: finishProvenance(backend),
    });
    if (options.saveWeights !== undefined) {
      await writeFileWhole(options.saveWeights, encodeWeights(network, plan.scheme));
    }
    await files?.finish(run);
    return run;
  } finally {
    if (trainer instanceof Team) await trainer.close();
    network?.dispose();
    await files?.close();
  }
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
