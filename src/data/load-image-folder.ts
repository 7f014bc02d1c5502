import { basename, join, resolve } from "node:path";
import { requireInteger } from "../network/domain.js";
import { DataError, InvalidArgumentError } from "../network/errors.js";
import { openStream } from "../random/stream.js";
import {
  type ClassFolder,
  findShared,
  fingerprintOf,
  type ListedClass,
  listClassFolders,
} from "./class-folders.js";
import { classNameOf, requireDistinctClasses } from "./class-names.js";
import { shuffledOrder } from "./data-order.js";
import { type DecodingOptions, FolderImages, type FolderImagesOptions } from "./folder-images.js";
import { type FolderLayout, layoutOf } from "./folder-layout.js";
import type { ImageSource } from "./image-source.js";

const TEST_SHARE = 0.1;

export interface ImageFolderOptions extends DecodingOptions {
  /**
   * Has `class/image`, at any depth below the class, or `train/class/image` and, for the test images, `val/class/image`
   * (or `valid`, `validation`, `test`, `testing`; `training` for `train`; in any case).
   */
  readonly directory: string;
  /**
   * The share of each class, from 0 to less than 1, that is held out to test with where the folder has no test images of its
   * own; 0.1 if absent. Which images these are depends on the name of the class and how many it has, not on a seed.
   */
  readonly testShare?: number;
  readonly signal?: AbortSignal;
}

export interface ImageFolder {
  /** The folder's own name. */
  readonly name: string;
  readonly train: ImageSource;
  /** Absent: there are none. */
  readonly test?: ImageSource;
  /** The SHA-256 of the names and sizes of the images of `train` and `test`. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Which of its folders hold the images. */
  readonly layout: FolderLayout;
}

/**
 * Finds the images of a folder, without decoding any: at least two classes, which are the names of their folders in
 * Unicode's composed form, sorted by code unit. Close the sources when they are no longer needed.
 *
 * @throws DataError when the folder cannot be read or is of another form; InvalidArgumentError for the other options; the
 * signal's reason.
 * @example
 * ```ts
 * // Needs a folder of images.
 * const { train } = await loadImageFolder({ directory: "flowers", testShare: 0.2 });
 * const { images, labels } = await train.batch({ indices: [0, 1], imageSize: 64 });
 * images.length; // 2 · 64 · 64 · 3
 * await train.close();
 * ```
 */
export async function loadImageFolder(options: ImageFolderOptions): Promise<ImageFolder> {
  const { maxBadImages, tasks, testShare, signal } = options;
  const directory = resolve(options.directory);
  if (maxBadImages !== undefined) requireInteger("max bad images", maxBadImages, 0);
  if (tasks !== undefined) requireInteger("tasks", tasks, 1);
  if (testShare !== undefined && !(testShare >= 0 && testShare < 1)) {
    throw new InvalidArgumentError("test share", testShare, "a number from 0 to less than 1");
  }
  const layout = await layoutOf(directory);
  const tested = layout.test;
  const all = await listPart(join(directory, layout.train ?? ""), signal);
  requireTwoClasses(all);
  const ofTests = tested === undefined ? undefined : await listTest(join(directory, tested), all, options);
  const prefixOf = (part: Part) => (part.directory === directory ? "" : `${basename(part.directory)}/`);
  requireOnce(
    directory,
    [all, ...(ofTests ? [ofTests] : [])].map((part) => ({ prefix: prefixOf(part), classes: part.classes })),
  );
  const { train, test } = ofTests ? { train: all, test: ofTests } : holdOut(all, testShare);
  const classNames = train.classes.map(({ name }) => classNameOf(name));
  const sourceOf = (part: Part) =>
    new FolderImages({ ...options, ...part, prefix: prefixOf(part), classNames });
  return {
    name: basename(directory),
    train: sourceOf(train),
    ...(test ? { test: sourceOf(test) } : {}),
    checksums: {
      train: fingerprintOf(train.classes),
      ...(test ? { test: fingerprintOf(test.classes) } : {}),
    },
    directory,
    layout,
  };
}

/** Class folders in a folder. */
type Part = Pick<FolderImagesOptions, "directory" | "classes">;

/** Class folders in a folder, with all that is known of their files. */
interface ListedPart extends Part {
  readonly classes: readonly ListedClass[];
}

/** @throws DataError for a file in two classes, or both trained and tested on. */
function requireOnce(directory: string, parts: Parameters<typeof findShared>[0]): void {
  const shared = findShared(parts);
  if (!shared) return;
  throw new DataError(
    `${shared[0]} and ${shared[1]} in ${directory} are one file, by a link; an image must be in one class, and for training or for tests`,
  );
}

/** The test images that a folder has of its own, of some of the classes. */
async function listTest(
  directory: string,
  train: Part,
  { testShare, signal }: ImageFolderOptions,
): Promise<ListedPart> {
  if (testShare !== undefined) {
    throw new InvalidArgumentError("test share", testShare, `absent: the test images are in ${directory}`);
  }
  const test = await listPart(directory, signal);
  const known = new Set(train.classes.map(({ name }) => classNameOf(name)));
  const unknown = test.classes.filter(({ name }) => !known.has(classNameOf(name)));
  if (unknown.length > 0) {
    throw new DataError(
      `${directory} has ${unknown.length} class folders that ${train.directory} has not, such as ${unknown[0]!.name}`,
    );
  }
  return test;
}

/** Two parts of the images, a share of each class in the second. */
function holdOut({ directory, classes }: Part, share = TEST_SHARE): { train: Part; test?: Part } {
  const split = classes.map((found) => holdOutOf(found, share));
  const test = split.map(({ test }) => test).filter(({ files }) => files.length > 0);
  return {
    train: { directory, classes: split.map(({ train }) => train) },
    ...(test.length > 0 ? { test: { directory, classes: test } } : {}),
  };
}

/** At least one image stays; of two or more, at least one is held out unless the share is 0. */
function holdOutOf(
  { name, files, sizes }: ClassFolder,
  share: number,
): { train: ClassFolder; test: ClassFolder } {
  const count = share === 0 ? 0 : Math.min(files.length - 1, Math.max(1, Math.round(share * files.length)));
  const stream = openStream({ seed: 0, purpose: `held-out images of ${name}` });
  const heldOut = new Set(shuffledOrder(files.length, stream).subarray(0, count));
  const pick = (isWanted: (index: number) => boolean): ClassFolder => ({
    name,
    files: files.filter((_, index) => isWanted(index)),
    sizes: sizes.filter((_, index) => isWanted(index)),
  });
  return { train: pick((index) => !heldOut.has(index)), test: pick((index) => heldOut.has(index)) };
}

async function listPart(directory: string, signal: AbortSignal | undefined): Promise<ListedPart> {
  const classes = await listClassFolders(directory, signal);
  requireDistinctClasses(
    directory,
    classes.map(({ name }) => name),
  );
  return { directory, classes };
}

function requireTwoClasses({ directory, classes }: Part): void {
  if (classes.length > 1) return;
  throw new DataError(
    `${directory} has one class folder only, ${classes[0]!.name}; it must have a folder of images for each of two classes or more`,
  );
}
