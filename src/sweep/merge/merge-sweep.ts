import {
  SEED_OPTION,
  type SweepCell,
  type SweepDocument,
  type SweepJob,
  type SweepPlanDocument,
  type SweepRun,
} from "../../network/documents/sweep.js";
import { FORMAT } from "../../network/format.js";
import { gathered, without } from "../plan/cells.js";
import { bestValues } from "./best-values.js";
import { type FoundJob, findJobs } from "./found-jobs.js";

export interface MergeOptions {
  readonly plan: SweepPlanDocument;
  /** Folders that some of its jobs were run in. */
  readonly folders: readonly string[];
  /** What halving has decided, where the plan asks for it. */
  readonly rungs?: SweepDocument["rungs"];
  /** The axis that the best value of is looked for, and by which measure; the learning rate and the accuracy, or the loss, if absent. */
  readonly best?: { readonly over?: string; readonly measure?: string };
  /** How many of the jobs were looked for. */
  readonly onFound?: (count: number) => void;
}

/**
 * What all jobs of a plan have found, cell by cell. It depends on the plan and the results only: not on how the jobs were split between
 * folders, on their order, on repeats or interruptions, on machines or on times.
 *
 * @throws DataError where two folders have different results of one job, or a result is of another; InvalidArgumentError for an axis or a measure that is none.
 */
export async function mergeSweep(options: MergeOptions): Promise<SweepDocument> {
  const { plan, folders, rungs, best, onFound } = options;
  const found = await findJobs({ plan, folders, onFound });
  const cells = cellsOf(plan, found);
  const chosen = bestValues({ cells, axes: plan.axes, ...best });
  return {
    kind: "sweep",
    format: FORMAT,
    respath: plan.respath,
    command: plan.command,
    fixed: plan.fixed,
    axes: plan.axes,
    ...(plan.rules ? { rules: plan.rules } : {}),
    ...(rungs ? { rungs } : {}),
    cells,
    ...(chosen.length > 0 ? { best: chosen } : {}),
  };
}

/** The cells in the order of the plan, each with its runs in that order. */
function cellsOf(plan: SweepPlanDocument, found: readonly FoundJob[]): SweepCell[] {
  const cells = gathered(plan.jobs.entries(), ([, { at }]) => without(at, [SEED_OPTION]));
  const { giveUp } = plan.rules ?? {};
  return cells.map(({ at, items }) => {
    const runs = items.map(([index, job]) => runOf(job, found[index]));
    return { at, runs: giveUp ? givenUp(runs, giveUp.diverged) : runs };
  });
}

function runOf({ id, at }: SweepJob, found: FoundJob): SweepRun {
  const seed = at[SEED_OPTION];
  const named = { id, ...(typeof seed === "number" ? { seed } : {}), status: found.status };
  if (found.status === "done") return { ...named, ...found.measured };
  return { ...named, measures: {}, ...("reason" in found ? { reason: found.reason } : {}) };
}

/**
 * A cell whose first seeds have all diverged is given up: whatever was found with its later seeds, on machines that did not know, counts as
 * skipped.
 */
function givenUp(runs: readonly SweepRun[], diverged: number): SweepRun[] {
  const first = runs.slice(0, diverged);
  const isGivenUp = first.length === diverged && first.every(({ outcome }) => outcome === "diverged");
  return runs.map((run, index): SweepRun => {
    if (!isGivenUp || index < diverged) return run;
    const { id, seed } = run;
    const reason = `the first ${diverged} seeds diverged`;
    return { id, ...(seed === undefined ? {} : { seed }), status: "skipped", measures: {}, reason };
  });
}
