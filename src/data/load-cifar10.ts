import { DataError } from "../network/errors.js";
import {
  type BinaryFile,
  CIFAR10_CLASS_NAMES,
  type Cifar10Layout,
  IMAGE_BYTES,
  OFFICIAL_CIFAR10,
  RECORD_BYTES,
  type Split,
} from "./cifar10-layout.js";
import {
  cifar10Directory,
  type FetchCifar10Options,
  type FetchedCifar10,
  fetchLayout,
} from "./fetch-cifar10.js";
import { readVerified } from "./verify-file.js";

/** Images as published, with their labels. */
export interface LabelledImages {
  /** count × 3072: for each image the red, green and blue plane, 32×32 each, row by row. */
  readonly pixels: Uint8Array;
  /** count × a class from 0 to 9. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly classNames: readonly string[];
}

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
    loaded[split] = joinRecords(
      files.flatMap((file, index) => (file.split === split ? [contents[index]!] : [])),
    );
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
    const { content } = await readVerified(directory, file);
    if (content === undefined) return undefined;
    contents.push(content);
  }
  return contents;
}

function joinRecords(contents: readonly Uint8Array[]): LabelledImages {
  const count = contents.reduce((sum, content) => sum + content.length / RECORD_BYTES, 0);
  const pixels = new Uint8Array(count * IMAGE_BYTES);
  const labels = new Uint8Array(count);
  let image = 0;
  for (const content of contents) {
    for (let offset = 0; offset < content.length; offset += RECORD_BYTES, image++) {
      labels[image] = content[offset]!;
      pixels.set(content.subarray(offset + 1, offset + RECORD_BYTES), image * IMAGE_BYTES);
    }
  }
  return { pixels, labels, count, classNames: CIFAR10_CLASS_NAMES };
}
