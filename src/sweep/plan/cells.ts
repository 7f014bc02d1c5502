import {
  SEED_OPTION,
  type SweepJob,
  type SweepPlanDocument,
  type SweepSettings,
} from "../../network/documents/sweep.js";

/** Settings without some of them. */
export function without(settings: SweepSettings, names: readonly string[]): SweepSettings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name)));
}

/** Tells settings apart, whatever the order they stand in. */
export function settingsKey(settings: SweepSettings): string {
  return JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What has some settings in common. */
export interface Gathered<Item> {
  readonly at: SweepSettings;
  readonly items: readonly Item[];
}

/** Gathers items by settings of theirs, in the order in which each first comes. */
export function gathered<Item>(
  items: Iterable<Item>,
  settingsOf: (item: Item) => SweepSettings,
): readonly Gathered<Item>[] {
  const groups = new Map<string, { at: SweepSettings; items: Item[] }>();
  for (const item of items) {
    const at = settingsOf(item);
    const key = settingsKey(at);
    const group = groups.get(key);
    if (group) group.items.push(item);
    else groups.set(key, { at, items: [item] });
  }
  return [...groups.values()];
}

/** Jobs that differ in their seed alone, in the order of the plan. */
export interface PlannedCell {
  /** The axes' values but for the seed. */
  readonly at: SweepSettings;
  readonly jobs: readonly SweepJob[];
}

/** The cells of some jobs, in the order in which each first comes. */
export function cellsOf(jobs: readonly SweepJob[]): readonly PlannedCell[] {
  return gathered(jobs, ({ at }) => without(at, [SEED_OPTION])).map(({ at, items }) => ({ at, jobs: items }));
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
  return gathered(cellsOf(jobs), ({ at }) => without(at, along)).map(({ at, items }) => ({
    at,
    cells: items,
  }));
}
