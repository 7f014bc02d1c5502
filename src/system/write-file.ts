import { constants, mkdirSync } from "node:fs";
import { access, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { threadId } from "node:worker_threads";
import { OutputError, OutputPlaceError } from "../network/errors.js";

/**
 * Writes a file whole or not at all: to a temporary file beside it, `<path>.<numbers>.tmp`, which the system is made to
 * put on the disk, and which is then renamed. Its folder has to be there: a typing error must not make one.
 *
 * Not by `write-file-atomic`, which takes no notice when a disk that becomes full takes a part of the file only.
 *
 * @throws OutputError naming the path and the reason.
 */
export async function writeFileWhole(path: string, content: string | Uint8Array): Promise<void> {
  try {
    // Through a symbolic link, which stays one.
    const target = await realpath(path).catch(() => path);
    const temporary = `${target}.${process.pid}-${threadId}-${++written}.tmp`;
    try {
      await writeToDisk(temporary, content, await modeOf(target));
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw new OutputError(`cannot write ${path}: ${reasonOf(error)}`);
  }
}

/** Files that this thread has begun to write. */
let written = 0;

async function writeToDisk(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(content);
    if (mode !== undefined) await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Returns once the system has put a folder's list of files on the disk; where it does not do that for folders (Windows), at
 * once.
 */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const list = await open(folder, "r");
    try {
      await list.sync();
    } finally {
      await list.close();
    }
  } catch {
    // Files are synchronised all the same, and a kill, other than a power cut, asks for no more.
  }
}

/** The permissions of a file; undefined if there is none. */
async function modeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && found.mode & 0o7777;
}

/** Of a path that is to be made, at most so many folders: `runs/batchnorm` in a clone without runs/, and no whole tree. */
const MOST_NEW_FOLDERS = 2;

/**
 * Finds out whether a folder can be written to, or made, without making it. No more than it and its parent are made, so that
 * a typing error in a long path does not make a tree.
 *
 * @throws OutputPlaceError when it cannot.
 */
export async function requireWritableFolder(folder: string): Promise<void> {
  await requireAccess(await requireNearFolder(folder), `cannot write to ${folder}`);
}

/**
 * The same of a folder that need not be written to if it is there.
 *
 * @returns the part of its path that exists.
 */
export async function requireNearFolder(folder: string): Promise<string> {
  const failure = `cannot write to ${folder}`;
  const { there, missing } = await existingPart(folder, failure);
  if (missing > MOST_NEW_FOLDERS) {
    throw new OutputPlaceError(`${failure}: of this path only ${there} exists; make the rest first`);
  }
  return there;
}

/**
 * Finds out whether a file can be written (writeFileWhole), without writing it. Its folder has to exist.
 *
 * @param made a folder that will have been made by then.
 * @throws OutputPlaceError when it cannot.
 */
export async function requireWritableFile(path: string, made?: string): Promise<void> {
  const failure = `cannot write ${path}`;
  const folder = dirname(path);
  if (made !== undefined && resolve(made) === resolve(folder)) await requireWritableFolder(folder);
  else {
    const { there, missing } = await existingPart(folder, failure);
    if (missing > 0) {
      throw new OutputPlaceError(
        `${failure}: there is no folder ${folder}; of this path only ${there} exists`,
      );
    }
    await requireAccess(there, failure);
  }
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new OutputPlaceError(`${failure}: it is a folder`);
}

/** The part of a folder's path that exists, and how many folders are missing below it. */
async function existingPart(folder: string, failure: string): Promise<{ there: string; missing: number }> {
  for (let path = resolve(folder), missing = 0; ; path = dirname(path), missing++) {
    try {
      if ((await stat(path)).isDirectory()) return { there: path, missing };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT" && dirname(path) !== path) continue;
      throw new OutputPlaceError(`${failure}: ${reasonOf(error)}`);
    }
    throw new OutputPlaceError(`${failure}: ${path} is not a folder`);
  }
}

async function requireAccess(folder: string, failure: string): Promise<void> {
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new OutputPlaceError(`${failure}: ${reasonOf(error)}`);
  }
}

/**
 * Makes a folder and its parents. Not by mkdir's `recursive`, which never returns where a parent exists but takes no
 * folders (below /proc, Node 20 to 24).
 *
 * @returns those that were made, outermost first.
 */
export function makeFolder(folder: string, attempts = 100): string[] {
  const parent = dirname(resolve(folder));
  try {
    mkdirSync(folder);
    return [folder];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return [];
    if (code !== "ENOENT" || parent === resolve(folder) || attempts === 1) throw error;
    const made = makeFolder(parent);
    // Again and again only as long as another process may be removing what was made.
    return [...made, ...makeFolder(folder, attempts - 1)];
  }
}

/** A file-system error as a few words, such as "permission denied". */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  const known: Record<string, string> = {
    EACCES: "permission denied",
    EEXIST: "a file is in the way of a folder",
    EISDIR: "it is a folder",
    EFBIG: "the file is larger than it may be",
    ENOENT: "no such file or folder",
    ENOSPC: "the disk is full",
    ENOTDIR: "a part of the path is not a folder",
    EPERM: "not permitted",
    EROFS: "the file system is read-only",
  };
  return (code && known[code]) || (error instanceof Error ? error.message.split("\n")[0] : String(error));
}
