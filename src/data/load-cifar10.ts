import { DataError } from "../network/errors.js";
import {
  type BinaryFile,
  CIFAR10_CLASS_NAMES,
  type Cifar10Layout,
  OFFICIAL_CIFAR10,
  type Split,
} from "./cifar10-layout.js";
import {
  cifar10Directory,
  type FetchCifar10Options,
  type FetchedCifar10,
  fetchLayout,
} from "./fetch-cifar10.js";
import { type LabelledImages, labelledImages } from "./labelled-images.js";
import { expectedFile, readVerified } from "./verify-file.js";

export interface LoadCifar10Options extends FetchCifar10Options {
  /** By default both. */
  readonly splits?: readonly Split[];
}

export interface LoadedCifar10 {
  readonly train?: LabelledImages;
  readonly test?: LabelledImages;
  /** The md5 of each file that was read, by name: what a result document records. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly source: FetchedCifar10["source"];
}

/**
 * Reads CIFAR-10 into memory (154 MB for the training images, 31 MB for the test images), fetching it first if it
 * is not in the cache. The md5 of every file that is read is checked on the way.
 *
 * @throws DataError as {@link fetchCifar10} does.
 */
export function loadCifar10(options: LoadCifar10Options = {}): Promise<LoadedCifar10> {
  return loadLayout(OFFICIAL_CIFAR10, options);
}

/** {@link loadCifar10} for any data set of this form. */
export async function loadLayout(layout: Cifar10Layout, options: LoadCifar10Options): Promise<LoadedCifar10> {
  const { splits = ["train", "test"] } = options;
  const files = layout.files.filter((file) => splits.includes(file.split));
  const directory = cifar10Directory(options.directory);

  // Only the files asked for are read, and only once, when the cache is good.
  let source: FetchedCifar10["source"] = "cache";
  let contents = options.from === undefined ? await readAll(directory, files) : undefined;
  if (!contents) {
    source = (await fetchLayout(layout, options)).source;
    contents = await readAll(directory, files);
  }
  if (!contents) throw new DataError(`the files in ${directory} changed while they were read; run it again`);

  const loaded: { [Name in Split]?: LabelledImages } = {};
  for (const split of splits) {
    loaded[split] = labelledImages({
      records: files.flatMap((file, index) => (file.split === split ? [contents[index]!] : [])),
      labelBytes: 1,
      classNames: CIFAR10_CLASS_NAMES,
    });
  }
  return {
    ...loaded,
    checksums: Object.fromEntries(files.map((file) => [file.name, file.md5])),
    directory,
    source,
  };
}

async function readAll(directory: string, files: readonly BinaryFile[]): Promise<Uint8Array[] | undefined> {
  const contents: Uint8Array[] = [];
  for (const file of files) {
    const { content } = await readVerified(directory, expectedFile(file));
    if (content === undefined) return undefined;
    contents.push(content);
  }
  return contents;
}
