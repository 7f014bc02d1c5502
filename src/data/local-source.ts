import { createReadStream } from "node:fs";
import { copyFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../network/errors.js";
import { reasonOf } from "../system/write-file.js";
import type { Cifar10Layout } from "./cifar10-layout.js";
import { unpack } from "./unpack.js";

export interface StageOptions {
  readonly layout: Cifar10Layout;
  /** The empty folder that receives the layout's files. */
  readonly staging: string;
  readonly onProgress: (fraction: number, activity: string) => void;
  readonly signal?: AbortSignal;
}

/** The folder inside the official archive. */
const ARCHIVE_FOLDER = "cifar-10-batches-bin";

/**
 * Copies the data files out of the official archive, or out of the folder it extracts to (or that folder's parent).
 * They are not verified here.
 *
 * @throws DataError naming the path, when it cannot be read.
 */
export async function stageLocal(from: string, options: StageOptions): Promise<void> {
  const { layout, staging, onProgress, signal } = options;
  const found = await stat(from).catch((error) => {
    throw new DataError(`cannot read ${from}: ${reasonOf(error)}`);
  });
  if (found.isDirectory()) {
    await copyFolder(from, options);
    return;
  }
  let read = 0;
  const archive = createReadStream(from, { highWaterMark: 1 << 20 });
  try {
    await unpack({
      archive,
      directory: staging,
      wanted: new Set(layout.files.map((file) => file.name)),
      onChunk: (chunk) => {
        read += chunk.length;
        onProgress((0.8 * read) / found.size, "unpacking");
      },
      signal,
    });
  } catch (error) {
    if (signal?.aborted || error instanceof DataError) throw error;
    throw new DataError(
      `cannot unpack ${from}: ${reasonOf(error)}; it must be the official cifar-10-binary.tar.gz, complete, or the folder it extracts to`,
    );
  } finally {
    archive.destroy();
  }
}

async function copyFolder(
  from: string,
  { layout, staging, onProgress, signal }: StageOptions,
): Promise<void> {
  const inner = join(from, ARCHIVE_FOLDER);
  const folder = (await isFolder(inner)) ? inner : from;
  for (const [index, { name }] of layout.files.entries()) {
    signal?.throwIfAborted();
    onProgress((0.8 * index) / layout.files.length, "copying");
    try {
      await copyFile(join(folder, name), join(staging, name));
    } catch (error) {
      throw new DataError(
        `cannot read ${join(folder, name)}: ${reasonOf(error)}; the folder must hold the six .bin files of CIFAR-10's binary version`,
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
