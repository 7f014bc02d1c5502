import { createHash } from "node:crypto";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../network/errors.js";
import { sortByClass } from "./class-names.js";
import { listImages } from "./list-images.js";
import { reading } from "./reading.js";

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
  /** Bytes of each; 0 of one that cannot be looked at, such as a link that leads nowhere. */
  readonly sizes: readonly number[];
}

/** All images of a class, as they lie in its folder. */
export interface ListedClass extends ClassFolder {
  /** The real path of the folder; whether it is another one; and the real paths of the files that a link leads to. */
  readonly real: string;
  readonly isLink: boolean;
  readonly linked: ReadonlyMap<string, string>;
}

/**
 * Lists the images in the class folders of a folder, at any depth, each once in its class, and follows symbolic links
 * ({@link listImages}). Files of other extensions are left out, and so is all whose name begins with a dot. Classes and files are
 * sorted by UTF-16 code unit, as on every machine.
 *
 * @throws DataError naming the folder: when it cannot be read, is a file, or has no class folders; a class without
 * images; or the signal's reason.
 */
export async function listClassFolders(directory: string, signal?: AbortSignal): Promise<ListedClass[]> {
  const names = await foldersIn(directory);
  if (names.length === 0) {
    throw new DataError(`${directory} has no class folders; it must have a folder of images for each class`);
  }
  const classes: ListedClass[] = [];
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
  const names = await reading(directory, () => readdir(directory));
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

/** Class folders of a folder, and what comes before a class in the names of its files. */
interface NamedClasses {
  readonly prefix: string;
  readonly classes: readonly ListedClass[];
}

/**
 * Two names of one file in different class folders; undefined if there are none. Copies, and hard links, are different files.
 */
export function findShared(parts: readonly NamedClasses[]): [string, string] | undefined {
  const all = parts.flatMap(({ prefix, classes }) => classes.map((found) => ({ prefix, ...found })));
  if (!all.some(({ isLink, linked }) => isLink || linked.size > 0)) return undefined;
  const names = new Map<string, string>();
  for (const { prefix, name, real, files, linked } of all) {
    for (const file of files) {
      const path = linked.get(file) ?? join(real, file);
      const [other, own] = [names.get(path), `${prefix}${name}/${file}`];
      if (other !== undefined) return [other, own];
      names.set(path, own);
    }
  }
  return undefined;
}

async function listClass(directory: string, name: string): Promise<ListedClass> {
  const folder = join(directory, name);
  const real = await reading(folder, () => realpath(folder));
  const { files, linked } = await listImages(folder, (file) => IMAGE.test(file));
  if (files.length === 0) {
    throw new DataError(`the class folder ${folder} has no images (${EXTENSIONS.join(", ")})`);
  }
  const sizes: number[] = [];
  for (let first = 0; first < files.length; first += AT_A_TIME) {
    const some = files.slice(first, first + AT_A_TIME).map((file) => join(folder, file));
    sizes.push(...(await Promise.all(some.map(sizeOf))));
  }
  return { name, files, sizes, real, isLink: real !== folder, linked };
}

/** What cannot be looked at is left to whoever decodes it, who says why it cannot be. */
async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
