import { readdirSync } from "node:fs";
import { OutputError } from "../../network/errors.js";
import { Lock } from "../../system/lock.js";
import { makeFolder, reasonOf, requireWritableFolder } from "../../system/write-file.js";
import { keepPlan } from "./keep-plan.js";
import type { RunSweepOptions } from "./run-sweep-options.js";
import { sweepFiles } from "./sweep-folder.js";
import { SweepRun } from "./sweep-run.js";
import type { SweepProgress } from "./sweep-state.js";

/** How a run of a sweep has ended. */
export interface SweepEnd {
  readonly counts: SweepProgress["counts"];
  /** The ids of jobs that failed as often as they are tried. */
  readonly failed: readonly string[];
  /** Whether it was stopped before all was done. */
  readonly isStopped: boolean;
}

/**
 * Does what is left of a plan's jobs in a folder: one job a core, the longest first. What is done is not done again, and what was
 * begun goes on. A job that fails is tried three times, one whose command is refused once, and the rest goes on without it.
 *
 * @throws LockedError while another process does; PlanError where the folder is of another plan; OutputPlaceError or OutputError where
 * it cannot be written to: what was running is stopped then, and can be gone on with.
 */
export async function runSweep(options: RunSweepOptions): Promise<SweepEnd> {
  const { folder, plan, signal } = options;
  await requireWritableFolder(folder);
  const lock = await Lock.ofFolder(folder, options);
  try {
    await keepPlan(folder, plan);
    const run = new SweepRun(options, begunIn(folder));
    await run.work();
    const { counts } = run.state.current;
    return { counts, failed: run.failed, isStopped: signal.aborted && counts.waiting + counts.ready > 0 };
  } finally {
    lock.release();
  }
}

/** The names in the folder of the jobs, which is made. */
function begunIn(folder: string): readonly string[] {
  const jobs = sweepFiles.jobs(folder);
  try {
    makeFolder(jobs);
    return readdirSync(jobs);
  } catch (error) {
    throw new OutputError(`cannot write to ${jobs}: ${reasonOf(error)}`);
  }
}
