import { constants } from "node:fs";
import { access, mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { OutputError } from "../network/errors.js";

/**
 * Writes a file whole or not at all (to a temporary file beside it, then renamed); missing folders are made.
 *
 * @throws OutputError naming the path and the reason.
 */
export async function writeFileWhole(path: string, content: string | Uint8Array): Promise<void> {
  // Loaded here: a start that writes no file need not pay for it (bench/startup.ts).
  const { default: writeFileAtomic } = await import("write-file-atomic");
  try {
    await makeFolder(dirname(path));
    await writeFileAtomic(path, typeof content === "string" ? content : Buffer.from(content));
  } catch (error) {
    throw new OutputError(`cannot write ${path}: ${reasonOf(error)}`);
  }
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
    ENOENT: "no such file or folder",
    ENOSPC: "the disk is full",
    ENOTDIR: "a part of the path is not a folder",
    EPERM: "not permitted",
    EROFS: "the file system is read-only",
  };
  return (code && known[code]) || (error instanceof Error ? error.message.split("\n")[0] : String(error));
}
