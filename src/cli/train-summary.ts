import { UsageError } from "../network/errors.js";
import { startProvenance } from "../system/provenance.js";
import type { ProbeSettings } from "../train/index.js";
import { chooseData, type DataArguments, dataSetOf } from "./data-sets.js";
import { type DesignArguments, designOf } from "./design-options.js";
import { option, wholeNumber } from "./options.js";
import { log, print } from "./output.js";
import { recipeOf, testsOf } from "./recipe-options.js";
import { summaryLines } from "./summary-lines.js";

/** `respath train --summary`. */
export const summaryOptions = {
  summary: {
    type: "boolean",
    default: false,
    describe: "print the model's blocks, parameters, operations, memory and predicted profile; train nothing",
  },
  classes: option("classes", wholeNumber(2), {
    describe: "with --summary: the number of classes; that of --data if absent",
  }),
} as const;

type SummaryArguments = DesignArguments &
  DataArguments & {
    readonly model: string;
    readonly activation?: "linear" | "relu";
    readonly scheme: string;
    readonly classes?: number;
    readonly batch: number;
    readonly "ghost-batch"?: number;
    readonly workers?: number;
    readonly seed: number;
    readonly probe?: ProbeSettings;
    readonly json: boolean;
    readonly plot?: string;
  };

/** Prints what a model is, without loading data or training. */
export async function presentSummary(argv: SummaryArguments): Promise<void> {
  if (argv.plot !== undefined) throw new UsageError("--summary has no picture; --plot is for a run");
  const { readModel, summarizeModel } = await import("../train/index.js");
  const settings = {
    model: await readModel(argv.model),
    activation: argv.activation,
    scheme: argv.scheme,
    ...designOf(argv),
    batch: argv.batch,
    ghostBatch: argv["ghost-batch"],
    workers: argv.workers,
    imageSize: argv["image-size"],
    classes: argv.classes ?? (await classesOf(argv)),
  };
  const finish = startProvenance({ command: "train", summary: true, ...settings });
  // What a run would refuse is refused here too, though the summary does not depend on it.
  const { warmup: _, ...recipe } = recipeOf(argv);
  const summary = await summarizeModel({
    ...settings,
    ...recipe,
    ...argv.probe,
    seed: argv.seed,
    ...testsOf(argv),
  });
  const document = { ...summary, provenance: finish() };
  await print(argv.json ? JSON.stringify(document) : summaryLines(summary).join("\n"));
}

/** The classes of the data; of a folder its images are listed, and nothing is read or fetched. */
async function classesOf(argv: SummaryArguments): Promise<number> {
  const load = await chooseData(argv);
  const known = await dataSetOf(argv.data);
  if (known !== undefined) return known === "cifar10" ? 10 : 100;
  const { asImageSource } = await import("../data/index.js");
  const { train, test } = await load({ log });
  for (const images of [train, test]) if (images) await asImageSource(images).close();
  return train.classNames.length;
}
