import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { DataError, InvalidArgumentError, OverwriteError } from "../../network/errors.js";
import { checkFields } from "../../network/settings/fields.js";
import { RUN_FILES } from "../../network/settings/run-files.js";
import { requireWritableFile, requireWritableFolder } from "../../system/write-file.js";
import { type Checkpoint, checkpointPath, readCheckpoint } from "../folder/checkpoint.js";
import type { CheckpointSettings } from "../folder/checkpoint-metadata.js";
import { planRecord, requireSameSettings } from "../folder/checkpoint-settings.js";
import { isRunFile, requireNoRun } from "../folder/run-folder.js";
import type { Network } from "../network/network.js";
import type { TrainPlan } from "../plan/train-plan.js";
import type { Optimizer } from "../step/optimizer.js";
import { Team } from "../team/team.js";
import {
  dropPrefix,
  type Entry,
  readWeights,
  velocityEntries,
  type WeightsFile,
  weightEntries,
  writeEntries,
} from "../weights/index.js";
import type { TrainOptions } from "./train-options.js";

/** What a run starts from besides its settings. */
export interface StartingPoint {
  readonly weights?: WeightsFile;
  readonly checkpoint?: Checkpoint;
}

/**
 * Checks that the files that a run is to write can be written, before anything is done.
 *
 * @throws InvalidArgumentError for files that would be one and the same, or a folder that is missing; OutputPlaceError.
 */
export async function requirePlaces(options: TrainOptions): Promise<void> {
  const { output, resume, overwrite, saveWeights, saveBest, stopAt, checkpointEvery } = checkFields({
    fields: RUN_FILES,
    settings: options,
  });
  if (resume && overwrite) {
    throw new InvalidArgumentError("overwrite", true, "absent with resume, which goes on with the run");
  }
  if (stopAt !== undefined && checkpointEvery === undefined) {
    throw new InvalidArgumentError(
      "stop at",
      stopAt,
      "absent without `checkpointEvery`: there would be nothing to go on from",
    );
  }
  if (output === undefined) requireNothingWritten(options);
  else await requireWritableFolder(output);
  for (const [path, other] of [
    [saveWeights, saveBest],
    [saveBest, saveWeights],
  ]) {
    if (path === undefined) continue;
    await requireWritableFile(path, output);
    const isOwn = output !== undefined && isRunFile(path) && dirname(resolve(path)) === resolve(output);
    if (isOwn || (other !== undefined && resolve(other) === resolve(path))) {
      throw new InvalidArgumentError("file of weights", path, "another file than the run's others");
    }
  }
}

/**
 * Reads the files that a run starts from, and refuses to lose a run or weights that are there.
 *
 * @throws InvalidArgumentError for a checkpoint or weights of another run; OverwriteError; DataError for a file that is none.
 */
export async function findStartingPoint(options: TrainOptions, plan: TrainPlan): Promise<StartingPoint> {
  const { output, resume, loadWeights } = options;
  if (output !== undefined) await requireNoRun(output, options);
  const checkpoint = output !== undefined && resume ? await findCheckpoint(output, plan) : undefined;
  if (!checkpoint) await requireNoWeights(options);
  return {
    checkpoint,
    weights: loadWeights === undefined ? undefined : await readWeights(loadWeights, plan),
  };
}

/** @throws InvalidArgumentError when the checkpoint in the folder was written under other circumstances. */
export function requireSameCircumstances({ checkpoint }: StartingPoint, here: CheckpointSettings): void {
  if (!checkpoint) return;
  requireSameSettings({
    here,
    there: checkpoint.circumstances,
    source: checkpoint.path,
    isCircumstance: true,
  });
}

/** All numbers that a step changes: weights, moving averages and velocities. */
export function trainingEntries(network: Network, { velocities }: Team | Optimizer): Entry[] {
  return [...weightEntries(network), ...velocityEntries(network, velocities)];
}

/**
 * Gives a network the weights to start from, if there are any. What a wrapper put before all names is left out and reported.
 *
 * @throws DataError when they are another network's, or are not finite, or a variance is negative.
 */
export function loadWeights(
  { weights }: StartingPoint,
  network: Network,
  onDroppedPrefix?: (prefix: string) => void,
): void {
  if (!weights) return;
  const { path } = weights;
  const entries = weightEntries(network);
  const { prefix, tensors } = dropPrefix(weights.tensors, new Set(entries.map(({ name }) => name)));
  for (const { name, values } of tensors) {
    // The root of a moving variance is divided by.
    const least = name.endsWith(".running_var") ? 0 : Number.NEGATIVE_INFINITY;
    const value = values.find((value) => !(Number.isFinite(value) && value >= least));
    if (value !== undefined) {
      throw new DataError(
        `${path} cannot be started from: ${prefix}${name} has the value ${value} in float32`,
      );
    }
  }
  writeEntries(entries, tensors, prefix === "" ? path : `${path}, without ${prefix},`);
  if (prefix !== "") onDroppedPrefix?.(prefix);
}

/** Gives all threads the weights that this one has loaded, or all of them what the checkpoint holds. */
export function goToCheckpoint(start: StartingPoint, network: Network, trainer: Team | Optimizer): void {
  const { weights, checkpoint } = start;
  if (checkpoint) writeEntries(trainingEntries(network, trainer), checkpoint.tensors, checkpoint.path);
  if ((weights || checkpoint) && trainer instanceof Team) trainer.synchronize();
}

async function findCheckpoint(output: string, plan: TrainPlan): Promise<Checkpoint | undefined> {
  const path = checkpointPath(output);
  const checkpoint = await readCheckpoint(path);
  if (checkpoint) {
    requireSameSettings({ here: planRecord(plan), there: checkpoint.settings, source: path });
  }
  return checkpoint;
}

/** @throws OverwriteError when there are weights already where a new run is to write its own. */
async function requireNoWeights({ overwrite, saveWeights, saveBest }: TrainOptions): Promise<void> {
  if (overwrite) return;
  for (const [option, path] of Object.entries({ saveWeights, saveBest })) {
    const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
    if (!found?.isFile() || found.size === 0) continue;
    throw new OverwriteError(
      `${path} is there already: \`overwrite\` replaces it when there are new weights, and another \`${option}\` keeps it`,
    );
  }
}

function requireNothingWritten({ checkpointEvery, resume, probeEvery, onProbe }: TrainOptions): void {
  if (checkpointEvery !== undefined || resume) {
    throw new InvalidArgumentError(
      "output",
      undefined,
      "given with checkpoints (`checkpointEvery`, `resume`), as the folder for them",
    );
  }
  if (probeEvery !== undefined && !onProbe) {
    throw new InvalidArgumentError("output", undefined, "given with probes, as the folder for probe.jsonl");
  }
}
