import { type Images, loadCifar10 } from "../../data/index.js";

/** The images of a run. */
export interface TrainingData {
  /** What the result calls them, such as `cifar100`. */
  readonly name?: string;
  readonly train: Images;
  /** Absent: no test accuracy. */
  readonly test?: Images;
  /** Recorded in the result. */
  readonly checksums?: Readonly<Record<string, string>>;
}

/** The data of a run where there are none in its options. */
export async function defaultData({ signal }: { readonly signal?: AbortSignal }): Promise<TrainingData> {
  const { train, test, checksums } = await loadCifar10({ signal });
  return { name: "cifar10", train: train!, test, checksums };
}
