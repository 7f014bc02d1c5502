import type { SweepSettings } from "../../network/documents/sweep.js";
import { settingsOf } from "../../sweep/plan/plan-sweep.js";
import type { Execution } from "../../sweep/run/execution.js";
import { jobFiles } from "../../sweep/run/sweep-folder.js";
import type { LockChoices } from "../../system/lock.js";
import { commandLine } from "./command-line.js";

/** Seconds of work that a kill may cost, about: a signal costs none. */
const BETWEEN_CHECKPOINTS = 60;
/** Steps between checkpoints where nobody knows how long one takes. */
const STEPS = 100;

/** The words behind `respath` that do a job in its folder, or go on with it. */
export function jobArguments(
  execution: Omit<Execution, "signal" | "onProgress"> & Pick<LockChoices, "breakLock">,
): readonly string[] {
  const { plan, job, folder, threads, stopAt, breakLock } = execution;
  const settings = settingsOf(plan, job);
  const common = [
    ...commandLine(plan.command, settings),
    `--workers=${threads}`,
    "--json",
    ...(breakLock ? ["--break-lock"] : []),
  ];
  if (plan.command === "sample") return [...common, `--out=${jobFiles.networks(folder)}`];
  return [
    ...common,
    // Machines differ in the backends that they have, and results in their last bits from one to another.
    ...("backend" in settings ? [] : ["--backend=wasm"]),
    `--out=${jobFiles.run(folder)}`,
    "--resume",
    `--checkpoint-every=${checkpointEvery(settings, job.seconds)}`,
    ...(stopAt === undefined ? [] : [`--stop-at=${stopAt}`]),
  ];
}

function checkpointEvery(settings: SweepSettings, seconds: number | undefined): number {
  const steps = Number(settings["steps"]);
  if (!(steps > 0) || seconds === undefined || seconds === 0) return STEPS;
  return Math.max(1, Math.min(steps, Math.round((BETWEEN_CHECKPOINTS * steps) / seconds)));
}
