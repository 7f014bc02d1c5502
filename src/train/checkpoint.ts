import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../network/errors.js";
import { writeFileWhole } from "../system/write-file.js";
import type { CheckpointSettings } from "./checkpoint-settings.js";
import { RUN_FILES } from "./run-folder.js";
import { decodeSafetensors, encodeSafetensors, type NamedTensor, readBytes } from "./weights/index.js";

/** All that a run needs to go on after a step, bit for bit: everything random is keyed by the step. */
export interface Checkpoint {
  /** Its file. */
  readonly path: string;
  /** Steps that were taken. */
  readonly step: number;
  /** What a run has to agree with to go on from here: known before the data, and with them. */
  readonly settings: CheckpointSettings;
  readonly circumstances: CheckpointSettings;
  /** Weights, moving averages and velocities. */
  readonly tensors: readonly NamedTensor[];
}

/** The checkpoint of the run in a folder. */
export function checkpointPath(folder: string): string {
  return join(folder, RUN_FILES.checkpoint);
}

/**
 * Writes the checkpoint to a temporary file beside it, has the system put that on the disk, and renames it: whatever
 * happens, there is the old one or the new one, whole.
 *
 * @throws OutputError naming the path and the reason; the old one stays.
 */
export async function writeCheckpoint(checkpoint: Checkpoint): Promise<void> {
  const { path, step, settings, circumstances, tensors } = checkpoint;
  const metadata = {
    step: String(step),
    settings: JSON.stringify(settings),
    circumstances: JSON.stringify(circumstances),
  };
  await writeFileWhole(path, encodeSafetensors({ tensors, metadata }));
}

/**
 * Reads a checkpoint.
 *
 * @returns undefined if there is none.
 * @throws DataError when the file cannot be read or is not a checkpoint.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  if (!(await isThere(path))) return undefined;
  const { tensors, metadata } = decodeSafetensors(await readBytes(path), path);
  const step = Number(metadata.step);
  if (!Number.isSafeInteger(step) || step < 1) throw new DataError(`${path} is not a checkpoint of respath`);
  return {
    path,
    step,
    settings: parseSettings(metadata.settings, path),
    circumstances: parseSettings(metadata.circumstances, path),
    tensors,
  };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function parseSettings(text: string | undefined, path: string): CheckpointSettings {
  try {
    return JSON.parse(text ?? "");
  } catch {
    throw new DataError(`${path} is not a checkpoint of respath`);
  }
}
