import { UsageError } from "../network/errors.js";
import { startProvenance } from "../system/provenance.js";
import type { ProbeSettings } from "../train/index.js";
import { chooseData, type DataArguments, dataSetOf } from "./data-sets.js";
import type { DesignArguments } from "./design-options.js";
import { log, print } from "./output.js";
import { summaryLines } from "./summary-lines.js";
import { runSettingsOf, summarySettingsOf } from "./train-options.js";

type SummaryArguments = DesignArguments &
  DataArguments & {
    readonly model: string;
    readonly scheme: string;
    readonly probe?: ProbeSettings;
    readonly json: boolean;
    readonly plot?: string;
  };

/** Prints what a model is, without loading data or training. */
export async function presentSummary(argv: SummaryArguments): Promise<void> {
  if (argv.plot !== undefined) throw new UsageError("--summary has no picture; --plot is for a run");
  const { readModel, summarizeModel } = await import("../train/index.js");
  const given = summarySettingsOf(argv);
  const settings = {
    model: await readModel(argv.model),
    scheme: argv.scheme,
    ...given,
    classes: given.classes ?? (await classesOf(argv)),
  };
  const finish = startProvenance({ command: "train", summary: true, ...settings });
  // What a run would refuse is refused here too, though the summary does not depend on it.
  const summary = await summarizeModel({ ...runSettingsOf(argv), ...argv.probe, ...settings });
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
