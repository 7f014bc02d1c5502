import { join } from "node:path";
import { requireInteger } from "../network/domain.js";
import { InvalidArgumentError } from "../network/errors.js";
import { requireWritableFile, requireWritableFolder } from "../system/write-file.js";
import { type Checkpoint, checkpointPath, isThere, readCheckpoint } from "./checkpoint.js";
import { type CheckpointSettings, requireSameSettings, settingsOfPlan } from "./checkpoint-settings.js";
import type { Network } from "./network.js";
import type { TrainPlan } from "./plan.js";
import { Team } from "./team.js";
import type { TrainOptions } from "./train-options.js";
import type { Optimizer } from "./training-step.js";
import {
  type Entry,
  readWeights,
  velocityEntries,
  type WeightsFile,
  weightEntries,
  writeEntries,
} from "./weights/index.js";

/** What a run starts from besides its settings. */
export interface StartingPoint {
  readonly weights?: WeightsFile;
  readonly checkpoint?: Checkpoint;
}

/**
 * Reads the files that a run starts from, and checks that those it is to write can be written; before any data are asked
 * for.
 *
 * @throws InvalidArgumentError for a checkpoint or weights of another run, or a checkpoint that would be lost; DataError
 * for a file that is none; OutputError.
 */
export async function findStartingPoint(options: TrainOptions, plan: TrainPlan): Promise<StartingPoint> {
  const { output, checkpointEvery, loadWeights, saveWeights, saveBest } = options;
  if (checkpointEvery !== undefined) requireInteger("checkpoint every", checkpointEvery, 1);
  if (output === undefined) requireNothingWritten(options);
  else await requireWritableFolder(output);
  if (saveWeights !== undefined) await requireWritableFile(saveWeights);
  if (saveBest !== undefined) await requireWritableFile(saveBest);
  if (output !== undefined && !options.resume) await requireNoUnfinishedRun(output);
  return {
    checkpoint: output !== undefined && options.resume ? await findCheckpoint(output, plan) : undefined,
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

/** @throws DataError when the weights to start from are another network's. */
export function loadWeights({ weights }: StartingPoint, network: Network): void {
  if (weights) writeEntries(weightEntries(network), weights.tensors, weights.path);
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
    requireSameSettings({ here: settingsOfPlan(plan), there: checkpoint.settings, source: path });
  }
  return checkpoint;
}

async function requireNoUnfinishedRun(output: string): Promise<void> {
  const path = checkpointPath(output);
  if ((await isThere(path)) && !(await isThere(join(output, "run.json")))) {
    const allowed =
      "a folder without the checkpoint of an unfinished run; go on from that one with `resume`, or remove";
    throw new InvalidArgumentError("output", output, `${allowed} ${path}`);
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
