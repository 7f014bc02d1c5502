import type { SweepSettings, SweepValue } from "../../network/documents/sweep.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { axisValues } from "./axis-values.js";
import type { Condition, SweepSpec } from "./sweep-spec.js";

/** More jobs than a plan holds. */
const MOST_JOBS = 1_000_000;

/** A grid as settings of jobs. */
export interface Expanded {
  readonly fixed: SweepSettings;
  /** All options that are not fixed, in the order in which they are first set. */
  readonly axes: readonly string[];
  /** Each with a value of every axis that it has, in the order of the grid: the last axis runs fastest. */
  readonly cells: readonly SweepSettings[];
  /** Indices of conditions that hold for no cell. */
  readonly idle: readonly number[];
}

/**
 * Expands a grid: the product of its axes, each cell with what the conditions that it meets set and vary, in their order. A later condition
 * sees what an earlier one has set. What is fixed is what no axis and no condition names.
 *
 * @throws InvalidArgumentError for an empty axis, or more than a million jobs.
 */
export function expand({ fixed = {}, grid, when = [] }: SweepSpec): Expanded {
  let cells: SweepSettings[] = [{}];
  for (const [name, axis] of Object.entries(grid)) {
    const values = axisValues(`grid.${name}`, axis);
    requireFew(cells.length * values.length);
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value })));
  }
  const idle: number[] = [];
  for (const [index, condition] of when.entries()) {
    const axes = Object.entries(condition.grid ?? {}).map(
      ([name, axis]) => [name, axisValues(`when[${index}].grid.${name}`, axis)] as const,
    );
    const isMet = cells.map((cell) => meets({ ...fixed, ...cell }, condition));
    const met = isMet.filter((one) => one).length;
    if (met === 0) idle.push(index);
    requireFew(cells.length - met + met * axes.reduce((product, [, values]) => product * values.length, 1));
    cells = cells.flatMap((cell, at) => (isMet[at] ? varied(cell, condition, axes) : [cell]));
  }
  const names = new Set([
    ...Object.keys(grid),
    ...when.flatMap(({ set = {}, grid: more = {} }) => [...Object.keys(set), ...Object.keys(more)]),
  ]);
  return {
    fixed: Object.fromEntries(Object.entries(fixed).filter(([name]) => !names.has(name))),
    axes: [...names],
    idle,
    // What is fixed but for a condition stands in every cell.
    cells: cells.map((cell) => {
      const entries = [...names].flatMap((name) => {
        const value = cell[name] ?? fixed[name];
        return value === undefined ? [] : [[name, value] as const];
      });
      return Object.fromEntries(entries);
    }),
  };
}

function meets(settings: SweepSettings, { if: wanted }: Condition): boolean {
  return Object.entries(wanted).every(([name, values]) =>
    (Array.isArray(values) ? values : [values]).some((value) => settings[name] === value),
  );
}

function varied(
  cell: SweepSettings,
  { set = {} }: Condition,
  axes: readonly (readonly [string, readonly SweepValue[]])[],
): SweepSettings[] {
  return axes.reduce(
    (cells, [name, values]) => cells.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{ ...cell, ...set }] as SweepSettings[],
  );
}

function requireFew(count: number): void {
  if (count > MOST_JOBS) throw new InvalidArgumentError("grid", `${count} jobs`, `at most ${MOST_JOBS} jobs`);
}
