import type { Argv, CommandBuilder } from "yargs";
import type { SweepPlanDocument } from "../../network/documents/sweep.js";
import { DataError, InvalidArgumentError } from "../../network/errors.js";
import { safeText } from "../../network/safe-text.js";
import { checkJobs } from "../../sweep/plan/check-jobs.js";
import { checkSpec } from "../../sweep/plan/check-spec.js";
import { type PlannedSweep, planSweep, sealed } from "../../sweep/plan/plan-sweep.js";
import type { Vocabulary } from "../../sweep/plan/vocabulary.js";
import { type ReadSpec, readSpec } from "../../sweep/spec/read-spec.js";
import { SpecError } from "../../sweep/spec/spec-error.js";
import { readText } from "../../system/read-text.js";
import { reasonOf, requireWritableFile, writeFileWhole } from "../../system/write-file.js";
import type { ActionModule } from "../command.js";
import { interruptible } from "../interrupt.js";
import { fileOrStdin, groupedOptions, option, outputOptions, text } from "../options.js";
import { log, print, VERSION } from "../output.js";
import { describePlan } from "./describe-plan.js";
import { doneJobs } from "./done-jobs.js";
import type { Estimated } from "./estimate.js";
import { missingData } from "./missing-data.js";
import { vocabularyOf } from "./vocabulary.js";

/** Milliseconds for checking whether settings go together, and for measuring jobs. */
const CHECKING = 3000;
const MEASURING = 15_000;

const builder = (yargs: Argv) =>
  yargs
    .positional("spec", {
      type: "string",
      demandOption: true,
      coerce: fileOrStdin,
      describe: "the grid: a file of YAML or JSON (docs/sweeps.md), or - for standard input",
    })
    .options({
      ...groupedOptions("Plan:", {
        done: {
          type: "string",
          array: true,
          requiresArg: true,
          describe: "folders of sweeps, whose finished jobs are counted as done",
        },
        calibrate: {
          type: "boolean",
          default: true,
          describe:
            "run the beginning of some jobs, for at most 15 s, and estimate the time and memory of all; --no-calibrate does not",
        },
      }),
      ...groupedOptions("Output:", {
        out: option("out", text, { alias: "o", describe: "file for the plan, which sweep run takes" }),
        json: { ...outputOptions.json, describe: "print the plan and nothing else" },
      }),
    })
    .example("$0 sweep plan sweep.yaml -o plan.json", "a grid as independent jobs, and what they take");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const planAction: ActionModule<Arguments> = {
  title: "sweep plan",
  command: "sweep plan <spec>",
  describe: "expand a grid of settings into independent jobs, and say what they take",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async ({ spec: path, out, json, done: folders, calibrate }) => {
    if (out !== undefined) await requireWritableFile(out);
    const source = path === "-" ? "standard input" : path;
    const read = readSpec(await textOf(path), source);
    const vocabulary = await vocabularyOf(read.spec.command);
    checkSpec(read, vocabulary);
    const { plan: bare, repeated, idle } = planned(read, vocabulary);
    for (const index of idle) log(`${read.placeOf(["when", index])}: when[${index}] holds for no job`);
    const unchecked = await checkJobs({ plan: bare, vocabulary, source, within: CHECKING });
    const done = folders && (await doneJobs(folders, new Set(bare.jobs.map(({ id }) => id))));
    const estimated = calibrate ? await estimate(bare, vocabulary) : undefined;
    const { sha256: _, jobs, ...rest } = bare;
    const plan = estimated ? sealed({ ...rest, jobs: estimated.jobs }) : bare;
    if (out !== undefined) await writeFileWhole(out, `${JSON.stringify(plan)}\n`);
    const { measured } = estimated ?? {};
    await print(
      json ? JSON.stringify(plan) : safeText(describePlan({ plan, repeated, unchecked, done, measured })),
    );
    if (out !== undefined) log(`wrote ${out}`);
  },
};

/** Names and values are checked: what is left is too large a grid. */
function planned({ spec, placeOf }: ReadSpec, vocabulary: Vocabulary): PlannedSweep {
  try {
    return planSweep({ spec, vocabulary, version: VERSION });
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new SpecError(placeOf(["grid"]), `the grid must be ${error.allowed}, not ${error.value}`);
  }
}

async function textOf(path: string): Promise<string> {
  if (path === "-" && process.stdin.isTTY)
    throw new InvalidArgumentError("spec", path, "a file, unless one is piped in");
  try {
    return await readText(path);
  } catch (error) {
    throw new DataError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}

/** The plan's jobs with what they take; undefined where their data would have to be fetched first. */
async function estimate(plan: SweepPlanDocument, vocabulary: Vocabulary): Promise<Estimated | undefined> {
  const missing = await missingData(plan);
  if (missing !== undefined) {
    log(`no estimate: ${missing} is not in the cache yet; run respath data ${missing} first`);
    return undefined;
  }
  const { estimateJobs } = await import("./estimate.js");
  const hint = "--no-calibrate leaves the estimate out";
  return interruptible({ label: "measuring", hint }, (context) =>
    estimateJobs({ plan, vocabulary, within: MEASURING, ...context }),
  );
}
