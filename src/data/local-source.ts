import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../network/errors.js";
import { reasonOf } from "../system/write-file.js";
import type { ArchiveLayout } from "./archive-layout.js";
import { unpack } from "./unpack.js";

export interface StageOptions {
  readonly layout: ArchiveLayout;
  /** The empty folder that receives the layout's files. */
  readonly staging: string;
  readonly onProgress: (fraction: number, activity: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Copies the data files out of the official archive, or out of the folder it extracts to (or that folder's parent).
 * They are not verified here.
 *
 * @returns the md5 of the archive, if it was one.
 * @throws DataError naming the path, when it cannot be read.
 */
export async function stageLocal(from: string, options: StageOptions): Promise<string | undefined> {
  const { layout, staging, onProgress, signal } = options;
  const found = await stat(from).catch((error) => {
    throw new DataError(`cannot read ${from}: ${reasonOf(error)}`);
  });
  if (found.isDirectory()) {
    await copyFolder(from, options);
    return undefined;
  }
  let read = 0;
  const md5 = createHash("md5");
  const archive = createReadStream(from, { highWaterMark: 1 << 20 });
  try {
    await unpack({
      archive,
      directory: staging,
      wanted: new Set(layout.files.map((file) => file.name)),
      onChunk: (chunk) => {
        read += chunk.length;
        md5.update(chunk);
        onProgress((0.8 * read) / found.size, "unpacking");
      },
      signal,
    });
    return md5.digest("hex");
  } catch (error) {
    if (signal?.aborted || error instanceof DataError) throw error;
    throw new DataError(
      `cannot unpack ${from}: ${reasonOf(error)}; it must be the official ${layout.archive}, complete, or the folder it extracts to`,
    );
  } finally {
    archive.destroy();
  }
}

async function copyFolder(
  from: string,
  { layout, staging, onProgress, signal }: StageOptions,
): Promise<void> {
  const inner = join(from, layout.folder);
  const folder = (await isFolder(inner)) ? inner : from;
  for (const [index, { name }] of layout.files.entries()) {
    signal?.throwIfAborted();
    onProgress((0.8 * index) / layout.files.length, "copying");
    try {
      await copyFile(join(folder, name), join(staging, name));
    } catch (error) {
      throw new DataError(
        `cannot read ${join(folder, name)}: ${reasonOf(error)}; the folder must hold the ${layout.files.length} files of ${layout.dataSet}'s binary version`,
      );
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
