import { parse } from "node:path";
import type { Argv, CommandBuilder } from "yargs";
import type { SweepDocument, SweepPlanDocument } from "../../network/documents/sweep.js";
import { UsageError } from "../../network/errors.js";
import { safeText } from "../../network/safe-text.js";
import { PlanError } from "../../sweep/plan/plan-error.js";
import { readPlan } from "../../sweep/plan/read-plan.js";
import { sweepFiles } from "../../sweep/run/sweep-folder.js";
import { requireWritableFile, writeFileWhole } from "../../system/write-file.js";
import type { ActionModule } from "../command.js";
import { interruptible } from "../interrupt.js";
import { groupedOptions, option, outputOptions, text } from "../options.js";
import { grouped, log, print, VERSION, withError } from "../output.js";

const builder = (yargs: Argv) =>
  yargs
    .positional("folders", {
      type: "string",
      array: true,
      demandOption: true,
      describe: "folders that jobs of one plan were run in (sweep run --out)",
    })
    .options({
      ...groupedOptions("Best values:", {
        best: option("best", text, {
          describe: "the axis whose best value is looked for, over seeds; lr if absent",
        }),
        measure: option("measure", text, {
          describe: "by this measure: test accuracy, or training loss where there is none, if absent",
        }),
      }),
      ...groupedOptions("Output:", {
        out: option("out", text, {
          alias: "o",
          describe: "file for the document, such as merged.json; its table goes into merged.csv",
        }),
        json: outputOptions.json,
      }),
    })
    .example(
      "$0 sweep merge sweeps/rates -o merged.json",
      "one document of all jobs, and a table in merged.csv",
    )
    .example("$0 plot merged.json -o merged.png", "its picture");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const mergeAction: ActionModule<Arguments> = {
  title: "sweep merge",
  command: "sweep merge <folders..>",
  describe: "put together what jobs of a plan have found, wherever they ran",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async ({ folders, out, json, best, measure }) => {
    if (out === undefined && !json) throw new UsageError("give -o, a file for the document, or --json");
    const table = out === undefined ? undefined : tableFile(out);
    for (const file of [out, table]) if (file !== undefined) await requireWritableFile(file);
    const { mergeSweep } = await import("../../sweep/merge/merge-sweep.js");
    const { mergedRungs } = await import("../../sweep/merge/merged-rungs.js");
    const document = await interruptible({ label: "merging" }, async ({ onProgress }) => {
      const plan = await onePlan(folders);
      return mergeSweep({
        plan,
        folders,
        rungs: await mergedRungs(folders, plan),
        best: { over: best, measure },
        onFound: (count) => onProgress(count / plan.jobs.length, `${grouped(count)} jobs`),
      });
    });
    if (out !== undefined && table !== undefined) {
      const { sweepCsv } = await import("../../sweep/merge/sweep-csv.js");
      await writeFileWhole(table, sweepCsv(document));
      await writeFileWhole(out, `${JSON.stringify(document)}\n`);
    }
    await print(json ? JSON.stringify(document) : safeText(describe(document)));
    if (out !== undefined) log(`wrote ${out} and ${table}`);
  },
};

/** The table beside a document. @throws UsageError where it would be the document itself. */
function tableFile(out: string): string {
  const { dir, name, ext } = parse(out);
  if (ext === ".csv")
    throw new UsageError(`-o ${out} is for the document; its table goes into a .csv beside it`);
  return `${dir === "" ? "" : `${dir}/`}${name}.csv`;
}

/** The plan that all folders are of. @throws PlanError where there are two. */
async function onePlan(folders: readonly string[]): Promise<SweepPlanDocument> {
  const [first, ...others] = folders;
  const plan = await readPlan({ path: sweepFiles.plan(first), version: VERSION });
  for (const folder of others) {
    const { sha256 } = await readPlan({ path: sweepFiles.plan(folder), version: VERSION });
    if (sha256 !== plan.sha256) {
      throw new PlanError(
        `${folder} is of another plan than ${first}: merge the folders of each plan by themselves`,
      );
    }
  }
  return plan;
}

function describe({ command, cells, best = [] }: SweepDocument): string {
  const runs = cells.flatMap((cell) => cell.runs);
  const count = (status: string) => runs.filter((run) => run.status === status).length;
  const states = ["done", "failed", "skipped", "missing"].flatMap((status) =>
    count(status) > 0 ? [`${grouped(count(status))} ${status}`] : [],
  );
  const diverged = runs.filter(({ outcome }) => outcome === "diverged").length;
  return [
    `respath ${command}: ${grouped(cells.length)} ${cells.length === 1 ? "cell" : "cells"}, ${grouped(runs.length)} ${runs.length === 1 ? "run" : "runs"}: ${states.join(", ")}${diverged > 0 ? `; ${grouped(diverged)} diverged` : ""}`,
    ...best.map((one) => {
      const place = Object.entries(one.at).map(([name, value]) => `${name} ${value}`);
      const others = one.tied.filter((value) => value !== one.best);
      const ties = others.length > 0 ? `; tied with it: ${others.join(", ")}` : "";
      return `  best ${one.over}${place.length > 0 ? ` of ${place.join(", ")}` : ""}: ${one.best} (${one.measure} ${withError(one.mean, one.se ?? 0)})${ties}`;
    }),
  ].join("\n");
}
