import { constants } from "node:fs";
import { access, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { threadId } from "node:worker_threads";
import { OutputError } from "../network/errors.js";

/**
 * Writes a file whole or not at all: to a temporary file beside it, `<path>.<numbers>.tmp`, which the system is made to
 * put on the disk, and which is then renamed. Missing folders are made.
 *
 * Not by `write-file-atomic`, which takes no notice when a disk that becomes full takes a part of the file only.
 *
 * @throws OutputError naming the path and the reason.
 */
export async function writeFileWhole(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await makeFolder(dirname(path));
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

/** The permissions of a file; undefined if there is none. */
async function modeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && found.mode & 0o7777;
}

/**
 * Finds out whether a folder can be written to, or made, without making it.
 *
 * @throws OutputError when it cannot.
 */
export async function requireWritableFolder(folder: string): Promise<void> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    try {
      if (!(await stat(path)).isDirectory())
        throw new OutputError(`cannot write to ${folder}: ${path} is not a folder`);
      await access(path, constants.W_OK);
      return;
    } catch (error) {
      if (error instanceof OutputError) throw error;
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT" && dirname(path) !== path;
      if (!isMissing) throw new OutputError(`cannot write to ${folder}: ${reasonOf(error)}`);
    }
  }
}

/**
 * Finds out whether a file can be written (writeFileWhole), without writing it.
 *
 * @throws OutputError when it cannot.
 */
export async function requireWritableFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new OutputError(`cannot write ${path}: it is a folder`);
  await requireWritableFolder(dirname(path));
}

/**
 * Makes a folder and its parents. Not by mkdir's `recursive`, which never returns where a parent exists but takes no
 * folders (below /proc, Node 20 to 24).
 */
export async function makeFolder(folder: string): Promise<void> {
  const parent = dirname(resolve(folder));
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || parent === resolve(folder)) throw error;
    await makeFolder(parent);
    await mkdir(folder);
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
