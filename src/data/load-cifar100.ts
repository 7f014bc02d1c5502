import { resolve } from "node:path";
import { DataError } from "../network/errors.js";
import { cacheFolder } from "../system/cache-folder.js";
import type { Split } from "./cifar10-layout.js";
import { type Cifar100Layout, decodeCifar100, OFFICIAL_CIFAR100 } from "./cifar100-layout.js";
import { fetchCifar100 } from "./fetch-cifar100.js";
import type { FetchOptions } from "./fetch-options.js";
import type { LabelledImages } from "./labelled-images.js";
import { readSums } from "./md5-sums.js";
import { MISSING, readVerified } from "./verify-file.js";

export interface LoadedCifar100 {
  /** 50,000 and 10,000 images of the 100 fine classes. */
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** The md5 of each file, by name: what a result document records. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly source: "cache" | "from" | "official";
}

/**
 * Reads CIFAR-100 into memory (154 MB for the training images, 31 MB for the test images), fetching it first if it is not
 * in the cache: from the official archive, whose md5 is checked, or from `from`. The md5 of each file is written down
 * when it arrives and checked whenever it is read.
 *
 * Images are standardised by the mean and deviation of each channel over the training images.
 *
 * @throws DataError when the archive cannot be reached or is not the data set, or when the cache cannot be written.
 */
export function loadCifar100(options: FetchOptions = {}): Promise<LoadedCifar100> {
  return loadCifar100Layout(OFFICIAL_CIFAR100, options);
}

/** {@link loadCifar100} for any data set of this form. */
export async function loadCifar100Layout(
  layout: Cifar100Layout,
  options: FetchOptions,
): Promise<LoadedCifar100> {
  const { directory: given, from, log = () => {} } = options;
  const directory = given === undefined ? cacheFolder(layout.folder) : resolve(given);
  const cached = from === undefined ? await readCached(directory, layout) : undefined;
  if (cached && !("problem" in cached)) return { ...cached, directory, source: "cache" };
  if (cached?.problem) log(`${layout.dataSet}: in ${directory}, ${cached.problem}; fetching anew`);
  const source = await fetchCifar100(layout, { ...options, directory });
  const fetched = await readCached(directory, layout);
  if ("problem" in fetched) {
    throw new DataError(`the files in ${directory} changed while they were read; run it again`);
  }
  return { ...fetched, directory, source };
}

type Cached =
  | (Readonly<Record<Split, LabelledImages>> & Pick<LoadedCifar100, "checksums">)
  /** Undefined where there is nothing at all. */
  | { readonly problem: string | undefined };

async function readCached(directory: string, layout: Cifar100Layout): Promise<Cached> {
  const sums = await readSums(directory);
  const contents = new Map<string, Uint8Array>();
  for (const { name } of layout.files) {
    const md5 = sums[name];
    if (md5 === undefined) return { problem: undefined };
    const { content, problem } = await readVerified(directory, { name, md5 });
    if (content === undefined) return { problem: `${name} ${problem ?? MISSING}` };
    contents.set(name, content);
  }
  try {
    return { ...decodeCifar100(contents, layout), checksums: sums };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
