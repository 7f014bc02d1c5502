import { asImageSource, DataOrder, type ImageSource } from "../../data/index.js";
import type { RunDocument } from "../../network/documents.js";
import { Lock } from "../../system/lock.js";
import { startProvenance } from "../../system/provenance.js";
import { writeFileWhole } from "../../system/write-file.js";
import { startTensors } from "../../tensor/index.js";
import { setExactConvolutions } from "../../tensor/kernels/index.js";
import { circumstancesRecord, planRecord } from "../folder/checkpoint-settings.js";
import { Checkpoints } from "../folder/checkpoints.js";
import { RunFiles } from "../folder/run-files.js";
import { recoverRun } from "../folder/run-folder.js";
import { defaultData, type TrainingData } from "../folder/training-data.js";
import { createNetwork, type Network } from "../network/network.js";
import { planTraining, type TrainPlan } from "../plan/train-plan.js";
import { measureProfile } from "../probe/measure-profile.js";
import { ghostBatches } from "../step/ghost-batches.js";
import { Optimizer } from "../step/optimizer.js";
import { courseOf } from "../step/schedule.js";
import { Team } from "../team/team.js";
import { encodeWeights } from "../weights/index.js";
import { Evaluations, testImagesOf } from "./evaluations.js";
import { findNotFinite, judgeOutcome } from "./outcome.js";
import { Probes } from "./probes.js";
import { runDocument } from "./run-document.js";
import {
  findStartingPoint,
  goToCheckpoint,
  loadWeights,
  requirePlaces,
  requireSameCircumstances,
  type StartingPoint,
  trainingEntries,
} from "./starting-point.js";
import { takeSteps } from "./take-steps.js";
import { TakenSteps } from "./taken-steps.js";
import { recordedSettings, type TrainOptions } from "./train-options.js";

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
 * With `stopAt` it stops after that step in the same way: the rest is another call's, with `resume`.
 *
 * A run that is in `output` already is refused, unless it is to be gone on with or replaced (`resume`, `overwrite`), and so is a
 * folder that another process trains into.
 *
 * @throws InvalidArgumentError, OutOfMemoryError, OverwriteError, LockedError, OutputError, or DataError for a file of weights
 * or a checkpoint, before any data are asked for; InvalidArgumentError for a checkpoint with other data; StoppedError when the signal is aborted or
 * `stopAt` is reached.
 * @example
 * ```ts
 * // Needs CIFAR-10, which is fetched where it is not in the cache.
 * const run = await train({ model: "wrn-16-1", scheme: "skipinit", steps: 100 });
 * run.outcome; // "trained"
 * // A scheme with a scale of its own, and other data.
 * const { train: images, test, checksums } = await loadCifar10({ directory: "cifar-10-batches-bin" });
 * await train({
 *   model: "wrn-16-1", scheme: resolveScheme("skipinit", parseAlpha("0.1")), epochs: 1, data: { train: images!, test, checksums },
 * });
 * ```
 */
export async function train(options: TrainOptions): Promise<RunDocument> {
  const plan = planTraining(options);
  await requirePlaces(options);
  const { output } = options;
  const lock = output === undefined ? undefined : await Lock.ofFolder(output, options);
  try {
    if (output !== undefined) await recoverRun(output);
    return await trainFrom(await findStartingPoint(options, plan), plan, options);
  } finally {
    lock?.release();
  }
}

/** Trains from where a run stands, in a folder that is this run's alone. */
async function trainFrom(start: StartingPoint, plan: TrainPlan, options: TrainOptions): Promise<RunDocument> {
  const { ghostBatch, segment } = plan;
  const { output, checkpointEvery } = options;
  // Before the data, which may have to be fetched: a backend that is not there is known at once.
  const backend = await startTensors(plan.backend);
  setExactConvolutions(plan.exact);
  // The others use all of the machine from one thread.
  const workers = backend === "wasm" || backend === "cpu" ? plan.workers : 1;
  const finishProvenance = startProvenance({
    command: "train",
    ...recordedSettings(options),
    ghostBatch,
    workers,
    recompute: segment ?? "none",
    ...(start.checkpoint ? { resumedAfter: start.checkpoint.step } : {}),
  });
  const { data: given = () => defaultData(options) } = options;
  const data = typeof given === "function" ? await given() : given;
  for (const images of imagesOf(data)) images.requireImageSize(plan.imageSize);
  const order = new DataOrder({ count: data.train.count, batch: plan.batch, seed: plan.seed });
  const course = courseOf(plan, order.stepsPerEpoch);
  const testImages = testImagesOf(plan, data);
  const circumstances = circumstancesRecord({ data, backend, weights: start.weights });
  requireSameCircumstances(start, circumstances);
  const classes = data.train.classNames.length;
  let network: Network | undefined;
  let trainer: Team | Optimizer | undefined;
  let files: RunFiles | undefined;
  let probes: Probes | undefined;
  try {
    network = createNetwork({ design: plan.design, seed: plan.seed, classes });
    loadWeights(start, network, options.onDroppedPrefix);
    trainer =
      workers > 1
        ? await Team.start({ network, plan, classes, backend })
        : new Optimizer(network, { ...plan.recipe, ghostBatch, segment });
    const profiled = await profileBatch(plan, data);
    const before = measureProfile({ network, ...profiled });
    goToCheckpoint(start, network, trainer);
    const { stepsPerEpoch } = order;
    probes = await Probes.of({ network, plan, data, course, stepsPerEpoch, options });
    const taken = new TakenSteps();
    const earlier = { steps: start.checkpoint?.step ?? 0, onStep: taken.add.bind(taken) };
    files = output === undefined ? undefined : await RunFiles.open(output, earlier);
    if (files) await probes?.open(files, start.checkpoint?.step);
    if (options.resume) options.onResume?.(start.checkpoint?.step ?? 0);
    const checkpoints =
      files && checkpointEvery !== undefined
        ? new Checkpoints({
            files,
            every: checkpointEvery,
            settings: planRecord(plan),
            circumstances,
            entries: trainingEntries(network, trainer),
          })
        : undefined;
    const evaluations = new Evaluations({
      network,
      plan,
      test: data.test,
      images: testImages,
      course,
      stepsPerEpoch,
      options,
    });
    await takeSteps({
      plan,
      data,
      order,
      course,
      trainer,
      files,
      checkpoints,
      evaluations,
      probes,
      options,
      taken,
    });
    let logits: Float32Array = new Float32Array();
    const after = measureProfile({ network, ...profiled, onLogits: (found) => (logits = found) });
    const outcome = judgeOutcome({
      losses: taken.losses(),
      classes,
      notFinite: findNotFinite({ blocks: after, logits }),
    });
    const run = runDocument({
      plan,
      data,
      network,
      taken,
      outcome,
      profile: { before, after },
      testImages,
      provenance: finishProvenance(backend),
    });
    if (options.saveWeights !== undefined) {
      await writeFileWhole(options.saveWeights, encodeWeights(network, plan));
    }
    await files?.finish(run);
    return run;
  } finally {
    if (trainer instanceof Team) await trainer.close();
    if (typeof given === "function") for (const images of imagesOf(data)) await images.close();
    network?.dispose();
    await files?.close();
  }
}

/** The training images and, where there are any, the test images. */
function imagesOf({ train, test }: TrainingData): ImageSource[] {
  return [train, ...(test ? [test] : [])].map(asImageSource);
}

/** What the profile is measured on: a ghost batch, of the first training images as they are. */
async function profileBatch({ batch, ghostBatch, imageSize }: TrainPlan, { train }: TrainingData) {
  const [{ size }] = ghostBatches(batch, ghostBatch);
  const indices = Uint32Array.from({ length: size }, (_, index) => index);
  return {
    images: (await asImageSource(train).batch({ indices, imageSize })).images,
    shape: [size, imageSize, imageSize, 3] as const,
  };
}
