import { stat } from "node:fs/promises";
import { join } from "node:path";
import { check } from "../../network/checks/compiled/checkpoint.js";
import { complaintOf, sentenceOf } from "../../network/checks/complaint.js";
import { DataError } from "../../network/errors.js";
import { FORMAT, newerFormat } from "../../network/format.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { writeFileWhole } from "../../system/write-file.js";
import { decodeSafetensors, encodeSafetensors, type NamedTensor, readBytes } from "../weights/index.js";
import type { CheckpointMetadata } from "./checkpoint-metadata.js";
import { RUN_FILES } from "./run-folder.js";

/** All that a run needs to go on after a step, bit for bit: everything random is keyed by the step. */
export interface Checkpoint extends Omit<CheckpointMetadata, "format"> {
  /** Its file. */
  readonly path: string;
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
    format: String(FORMAT),
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
  const { format, step, settings, circumstances } = metadata;
  const values = { format: jsonOf(format), step: jsonOf(step) };
  const newer = newerFormat(values);
  if (newer) throw new DataError(`${path} ${newer}`);
  const given = { ...values, settings: jsonOf(settings), circumstances: jsonOf(circumstances) };
  const complaint = complaintOf(check, given);
  if (complaint) throw new DataError(`${path} is not a checkpoint of respath: ${sentenceOf(complaint)}`);
  return { ...(given as CheckpointMetadata), path, tensors };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A value of the metadata, which are texts of JSON; undefined where it is absent or none. */
function jsonOf(text: string | undefined): unknown {
  return text === undefined ? undefined : parseJsonIfAny(text);
}
