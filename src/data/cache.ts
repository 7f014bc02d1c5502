import { constants } from "node:fs";
import { copyFile, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { DataError } from "../network/errors.js";
import { makeFolder, reasonOf } from "../system/write-file.js";

const STAGING_PREFIX = ".fetch-";
const DAY_IN_MS = 24 * 60 * 60 * 1000;

/** The data folder cannot be written: no other source would help. */
export class DataFolderError extends DataError {
  constructor(directory: string, error: unknown) {
    super(
      `cannot write to the data folder ${directory}: ${reasonOf(error)}; choose another with --dir DIR or the environment variable RESPATH_CACHE`,
    );
  }
}

/**
 * Makes an empty staging folder inside `directory` (so that a rename out of it stays on one file system), passes it to
 * `work`, and removes it whatever happens. What a killed process left behind a day ago is removed too.
 *
 * @throws DataFolderError when `directory` cannot be made or written.
 */
export async function withStaging<T>(directory: string, work: (staging: string) => Promise<T>): Promise<T> {
  let staging: string;
  try {
    makeFolder(directory);
    await removeAbandoned(directory);
    staging = await mkdtemp(join(directory, STAGING_PREFIX));
  } catch (error) {
    throw new DataFolderError(directory, error);
  }
  try {
    return await work(staging);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Moves verified files into their final place, one atomic rename each. Two processes that do so at the same time
 * replace a file by an identical one. A file of the right size with other content may be somebody's own, such as images
 * with other labels, and is kept beside the new one.
 *
 * @param log takes a line for each file that is kept.
 */
export async function install(
  staging: string,
  directory: string,
  names: Iterable<string>,
  log: (line: string) => void,
): Promise<void> {
  for (const name of names) {
    try {
      const kept = await keepOther(join(directory, name), join(staging, name));
      if (kept) log(`kept what was ${name} in ${directory} as ${basename(kept)}`);
      await rename(join(staging, name), join(directory, name));
    } catch (error) {
      throw new DataFolderError(directory, error);
    }
  }
}

/** Gives a file that a new one is to replace another name, if it may be somebody's own. @returns its path. */
async function keepOther(path: string, fresh: string): Promise<string | undefined> {
  const [found, made] = [await stat(path).catch(() => undefined), await stat(fresh)];
  if (!found?.isFile() || found.size !== made.size) return undefined;
  const content = await readFile(path);
  if (content.equals(await readFile(fresh))) return undefined;
  for (let number = 1; ; number++) {
    const kept = `${path}.replaced-${number}`;
    try {
      // Not over another one.
      await copyFile(path, kept, constants.COPYFILE_EXCL);
      return kept;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(STAGING_PREFIX)) continue;
    const path = join(directory, name);
    // Another process may remove it first.
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > DAY_IN_MS) await rm(path, { recursive: true, force: true });
  }
}
