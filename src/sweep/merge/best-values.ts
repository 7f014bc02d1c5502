import { studentTwoSided } from "../../compare/student.js";
import { meanWithError } from "../../compare/summary.js";
import type { SweepBest, SweepCell, SweepValue } from "../../network/documents/sweep.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { type Gathered, gathered, without } from "../plan/cells.js";

/** Two means that differ with a p-value above this cannot be told apart. */
const TIED = 0.05;
/** Measures of which the least is best. */
const SMALLER_IS_BETTER = /loss/;
/** The measures by which a best value is chosen, the usual one first. */
const USUAL = ["test accuracy", "training loss"];
const USUAL_AXIS = "lr";

export interface BestOptions {
  readonly cells: readonly SweepCell[];
  readonly axes: readonly string[];
  readonly over?: string;
  readonly measure?: string;
}

/**
 * The best value of an axis for the cells that have all other axes in common, by the mean over seeds, and the values that are tied with it:
 * those whose means differ from its mean with p above 0.05 by Welch's t-test, which seeds of each are independent for. Runs that diverged, failed or are
 * missing leave their value out, as its mean would be of those that went well.
 *
 * @throws InvalidArgumentError for an axis or a measure that is none, where it is given.
 */
export function bestValues({ cells, axes, over, measure }: BestOptions): SweepBest[] {
  const axis = over ?? USUAL_AXIS;
  if (over !== undefined && !axes.includes(over)) {
    throw new InvalidArgumentError("best", over, `one of the axes ${axes.join(", ")}`);
  }
  const known = [
    ...new Set(cells.flatMap(({ runs }) => runs.flatMap(({ measures }) => Object.keys(measures)))),
  ];
  if (measure !== undefined && !known.includes(measure)) {
    throw new InvalidArgumentError("measure", measure, `one of ${known.join(", ")}`);
  }
  const by = measure ?? USUAL.find((name) => known.includes(name));
  if (by === undefined || !axes.includes(axis)) return [];
  const rivals = gathered(
    cells.filter(({ at }) => at[axis] !== undefined),
    ({ at }) => without(at, [axis]),
  );
  return rivals.flatMap((group) => bestOf(group, axis, by) ?? []);
}

interface Candidate {
  readonly value: SweepValue;
  readonly mean: number;
  readonly se: number;
  readonly count: number;
}

function bestOf({ at, items }: Gathered<SweepCell>, over: string, measure: string): SweepBest | undefined {
  const candidates = items.flatMap((cell): Candidate[] => {
    const values = cell.runs.map(({ status, outcome, measures }) =>
      status === "done" && outcome !== "diverged" ? (measures[measure] ?? Number.NaN) : Number.NaN,
    );
    if (!values.every(Number.isFinite)) return [];
    return [{ value: cell.at[over], ...meanWithError(values), count: values.length }];
  });
  if (candidates.length === 0) return undefined;
  const sign = SMALLER_IS_BETTER.test(measure) ? -1 : 1;
  const best = candidates.reduce((most, one) => (sign * one.mean > sign * most.mean ? one : most));
  return {
    at,
    over,
    measure,
    best: best.value,
    mean: best.mean,
    ...(best.count > 1 ? { se: best.se } : {}),
    tied: candidates.filter((one) => one === best || areTied(one, best)).map(({ value }) => value),
  };
}

/** Whether Welch's test leaves two means together; of one seed no spread is known, and nothing but equality ties. */
function areTied(one: Candidate, other: Candidate): boolean {
  if (one.mean === other.mean) return true;
  if (one.count < 2 || other.count < 2) return false;
  const parts = [one, other].map(({ se }) => se * se);
  const variance = parts[0] + parts[1];
  if (variance === 0) return false;
  const freedom = variance ** 2 / (parts[0] ** 2 / (one.count - 1) + parts[1] ** 2 / (other.count - 1));
  return studentTwoSided((one.mean - other.mean) / Math.sqrt(variance), freedom) > TIED;
}
