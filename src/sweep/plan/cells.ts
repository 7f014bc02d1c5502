import type { SweepJob, SweepPlanDocument, SweepSettings } from "../../network/documents/sweep.js";

/** The option along which runs of a cell differ. */
export const SEED_OPTION = "seed";

/** Jobs that differ in their seed alone, in the order of the plan. */
export interface PlannedCell {
  /** The axes' values but for the seed. */
  readonly at: SweepSettings;
  readonly jobs: readonly SweepJob[];
}

/** Settings without some of them. */
export function without(settings: SweepSettings, names: readonly string[]): SweepSettings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name)));
}

/** Tells settings apart, whatever the order they stand in. */
export function settingsKey(settings: SweepSettings): string {
  return JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The cells of some jobs, in the order in which each first comes. */
export function cellsOf(jobs: readonly SweepJob[]): readonly PlannedCell[] {
  const cells = new Map<string, { at: SweepSettings; jobs: SweepJob[] }>();
  for (const job of jobs) {
    const at = without(job.at, [SEED_OPTION]);
    const key = settingsKey(at);
    const cell = cells.get(key);
    if (cell) cell.jobs.push(job);
    else cells.set(key, { at, jobs: [job] });
  }
  return [...cells.values()];
}

/** Cells that rules compare or decide on together. */
export interface PlannedGroup {
  /** What its cells have in common, of the axes. */
  readonly at: SweepSettings;
  readonly cells: readonly PlannedCell[];
}

/**
 * The groups of some jobs under the rules of their plan: rivals of a halving, or else single cells. What becomes of a job depends on
 * the others of its group alone.
 */
export function groupsOf(
  { rules }: Pick<SweepPlanDocument, "rules">,
  jobs: readonly SweepJob[],
): readonly PlannedGroup[] {
  const { along = [] } = rules?.halving ?? {};
  const groups = new Map<string, { at: SweepSettings; cells: PlannedCell[] }>();
  for (const cell of cellsOf(jobs)) {
    const at = without(cell.at, along);
    const key = settingsKey(at);
    const group = groups.get(key);
    if (group) group.cells.push(cell);
    else groups.set(key, { at, cells: [cell] });
  }
  return [...groups.values()];
}
