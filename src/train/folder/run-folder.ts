import { mkdir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { OutputPlaceError, OverwriteError } from "../../network/errors.js";
import { syncFolder } from "../../system/write-file.js";

/** The files of a run, by what they are. */
export const RUN_FILES = {
  metrics: "metrics.jsonl",
  run: "run.json",
  probes: "probe.jsonl",
  checkpoint: "checkpoint.safetensors",
} as const;

/** Where a new run is, in its folder, until it has a first step. */
const NEW = ".respath-new";
/** The same once it has one, while it takes the place of what was there. The renaming from one to the other decides. */
const DECIDED = ".respath-replacing";

/** Makes the place of a new run within a folder: nothing that is there is touched before {@link publishRun}. */
export async function beginRun(folder: string): Promise<string> {
  const place = join(folder, NEW);
  await rm(place, { recursive: true, force: true });
  await mkdir(place);
  return place;
}

/** Gives up a new run that has not been published. */
export async function abandonRun(folder: string): Promise<void> {
  await rm(join(folder, NEW), { recursive: true, force: true });
}

/**
 * Puts a new run, whose files are on the disk and closed, in the place of the one in the folder. A kill at any moment leaves
 * the old one whole or, from the renaming on, the new one, whose files {@link recoverRun} finds in a folder within.
 */
export async function publishRun(folder: string): Promise<void> {
  await syncFolder(join(folder, NEW));
  await rename(join(folder, NEW), join(folder, DECIDED));
  await syncFolder(folder);
  await replace(folder);
}

/** Ends what a run that was killed has left half done: a replacement that was decided is carried out, and no other. */
export async function recoverRun(folder: string): Promise<void> {
  if (await stat(join(folder, DECIDED)).catch(() => undefined)) await replace(folder);
  await abandonRun(folder);
  await removeUnfinished(folder);
}

/** Can be done again from wherever it was broken off. */
async function replace(folder: string): Promise<void> {
  const decided = join(folder, DECIDED);
  const { metrics, ...others } = RUN_FILES;
  const isThere = (name: string) => stat(join(decided, name)).catch(() => undefined);
  if (await isThere(metrics)) {
    // The result first: at no moment is there one beside another run's metrics.
    for (const name of [others.run, others.probes, others.checkpoint]) {
      await rm(join(folder, name), { force: true });
    }
    await rename(join(decided, metrics), join(folder, metrics));
  }
  for (const name of Object.values(others)) {
    if (await isThere(name)) await rename(join(decided, name), join(folder, name));
  }
  await syncFolder(folder);
  await rmdir(decided);
}

/** Removes what a run that was killed while it wrote a file whole has left beside it (writeFileWhole). */
async function removeUnfinished(folder: string): Promise<void> {
  const isUnfinished = (name: string) =>
    Object.values(RUN_FILES).some((file) => name.startsWith(`${file}.`)) && /\.\d+-\d+-\d+\.tmp$/.test(name);
  for (const name of await readdir(folder)) {
    if (isUnfinished(name)) await rm(join(folder, name), { force: true });
  }
}

export interface OverwriteChoices {
  readonly resume?: boolean;
  readonly overwrite?: boolean;
}

/**
 * Refuses a folder with a run in it, unless that is to be replaced or gone on with.
 *
 * @throws OverwriteError naming the files and what can be done; OutputPlaceError where a folder is in the way of a file.
 */
export async function requireNoRun(folder: string, { resume, overwrite }: OverwriteChoices): Promise<void> {
  const files = await filesOfRun(folder);
  const found = overwrite ? [] : files;
  const isResumable = found.includes(RUN_FILES.checkpoint);
  if (found.length === 0 || (resume && isResumable)) return;
  const replace = "`overwrite` replaces it once the new run has taken its first step";
  const choices = isResumable
    ? `\`resume\` goes on from its checkpoint, ${replace}`
    : `${resume ? "there is no checkpoint to resume from; " : ""}${replace}, and another \`output\` keeps it`;
  throw new OverwriteError(`${folder} has a run in it (${found.join(", ")}): ${choices}`);
}

/** The files of a run that are in a folder. An empty one has nothing to lose. */
async function filesOfRun(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of Object.values(RUN_FILES)) {
    const path = join(folder, name);
    const file = await stat(path).catch(() => undefined);
    if (file?.isDirectory()) throw new OutputPlaceError(`cannot write ${path}: it is a folder`);
    if (file && file.size > 0) found.push(name);
  }
  return found;
}

/** Whether a file name is one of a run's own. */
export function isRunFile(path: string): boolean {
  return (Object.values(RUN_FILES) as string[]).includes(basename(path));
}
