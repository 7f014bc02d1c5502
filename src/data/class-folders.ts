import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { DataError } from "../network/errors.js";
import { reasonOf } from "../system/write-file.js";
import { sortByClass } from "./class-names.js";

/** What a file has to end in, in any case, to be taken for an image. */
const EXTENSIONS = ["jpg", "jpeg", "png", "webp", "gif", "tif", "tiff", "avif"] as const;
const IMAGE = new RegExp(`\\.(${EXTENSIONS.join("|")})$`, "i");
/** Files whose size is asked for at a time. */
const AT_A_TIME = 64;

/** Images of a class, by name. */
export interface ClassFolder {
  readonly name: string;
  /** Paths below the class's folder, with `/`, sorted by code unit. */
  readonly files: readonly string[];
  /** Bytes of each. */
  readonly sizes: readonly number[];
}

/**
 * Lists the images in the class folders of a folder, at any depth, and follows symbolic links. Files of other
 * extensions are left out, and so is all whose name begins with a dot. Classes and files are sorted by UTF-16 code unit, as
 * on every machine.
 *
 * @throws DataError naming the folder: when it cannot be read, is a file, or has no class folders; a class without
 * images; or the signal's reason.
 */
export async function listClassFolders(directory: string, signal?: AbortSignal): Promise<ClassFolder[]> {
  const names = await foldersIn(directory);
  if (names.length === 0) {
    throw new DataError(`${directory} has no class folders; it must have a folder of images for each class`);
  }
  const classes: ClassFolder[] = [];
  for (const name of names) {
    signal?.throwIfAborted();
    classes.push(await listClass(directory, name));
  }
  return classes;
}

/**
 * The folders in a folder, sorted as classes are.
 *
 * @throws DataError when it cannot be read, or is a file.
 */
export async function foldersIn(directory: string): Promise<string[]> {
  const names = await read(directory, () => readdir(directory));
  const visible = names.filter((name) => !name.startsWith("."));
  const kinds = await Promise.all(visible.map((name) => stat(join(directory, name)).catch(() => undefined)));
  return sortByClass(visible.filter((_, index) => kinds[index]?.isDirectory()));
}

/** SHA-256, in hexadecimal, of the sorted paths of the images and their sizes in bytes: `class/file` NUL size NUL for each. */
export function fingerprintOf(classes: readonly ClassFolder[]): string {
  const hash = createHash("sha256");
  for (const { name, files, sizes } of classes) {
    files.forEach((file, index) => void hash.update(`${name}/${file}\0${sizes[index]}\0`));
  }
  return hash.digest("hex");
}

async function listClass(directory: string, name: string): Promise<ClassFolder> {
  const folder = join(directory, name);
  const found = await read(folder, () => readdir(folder, { recursive: true }));
  const candidates = found
    .map((file) => file.replaceAll(sep, "/"))
    .filter((file) => IMAGE.test(file) && !/(^|\/)\./.test(file))
    .sort();
  const files: string[] = [];
  const sizes: number[] = [];
  for (let first = 0; first < candidates.length; first += AT_A_TIME) {
    const some = candidates.slice(first, first + AT_A_TIME);
    const kinds = await Promise.all(
      some.map((file) => read(join(folder, file), () => stat(join(folder, file)))),
    );
    kinds.forEach((kind, index) => {
      if (!kind.isFile()) return;
      files.push(some[index]!);
      sizes.push(kind.size);
    });
  }
  if (files.length === 0) {
    throw new DataError(`the class folder ${folder} has no images (${EXTENSIONS.join(", ")})`);
  }
  return { name, files, sizes };
}

async function read<T>(path: string, how: () => Promise<T>): Promise<T> {
  try {
    return await how();
  } catch (error) {
    const isFile = (error as NodeJS.ErrnoException).code === "ENOTDIR";
    throw new DataError(`cannot read ${path}: ${isFile ? "it is not a folder" : reasonOf(error)}`);
  }
}
