import { mean, sampleStandardDeviation } from "simple-statistics";
import {
  SEED_OPTION,
  type SweepCell,
  type SweepDocument,
  type SweepSettings,
  type SweepValue,
} from "../network/documents/sweep.js";
import { InvalidArgumentError } from "../network/errors.js";

/** What of a sweep is drawn against what; the usual ones where absent. */
export interface SweepView {
  /** An axis of the grid. */
  readonly x?: string;
  /** A measure, such as "test accuracy". */
  readonly measure?: string;
  /** Another axis, whose values are curves of their own. */
  readonly by?: string;
}

/** Cells in one place of the picture: the mean of a measure over seeds. */
export interface SweepPoint {
  readonly x: SweepValue;
  /** Absent where no run has it. */
  readonly mean?: number;
  /** Over seeds; 0 for one. */
  readonly se: number;
  readonly seeds: number;
  /** Runs that diverged, failed or are missing. */
  readonly lost: number;
  readonly curve: string;
  readonly panel: string;
}

export interface SweepChart {
  readonly x: string;
  readonly measure: string;
  readonly by: string | undefined;
  /** The axis' values in the order of the plan; sorted where they are numbers. */
  readonly xs: readonly SweepValue[];
  readonly curves: readonly string[];
  readonly panels: readonly string[];
  readonly points: readonly SweepPoint[];
}

const USUAL_X = ["lr", "depth", "batch", "width"];
const USUAL_MEASURES = ["test accuracy", "training loss", "mean path length"];

/**
 * A sweep as points with errors over seeds: along one axis, a curve for each value of another, a panel for each of what else differs.
 *
 * @throws InvalidArgumentError for an axis or a measure that the sweep does not have.
 */
export function chartOf({ axes, cells }: SweepDocument, view: SweepView = {}): SweepChart {
  const varied = axes.filter(
    (axis) => axis !== SEED_OPTION && new Set(cells.map(({ at }) => at[axis])).size > 1,
  );
  const known = [...new Set(cells.flatMap(({ runs }) => runs.flatMap((run) => Object.keys(run.measures))))];
  const x = view.x ?? USUAL_X.find((axis) => varied.includes(axis)) ?? varied[0] ?? axes[0];
  requireKnown("x", x, axes);
  const by = view.by ?? varied.find((axis) => axis !== x);
  if (by !== undefined) requireKnown("by", by, axes);
  const measure = view.measure ?? USUAL_MEASURES.find((name) => known.includes(name)) ?? known[0];
  requireKnown("measure", measure, known);
  const others = varied.filter((axis) => axis !== x && axis !== by);
  const points = cells.flatMap((cell): SweepPoint[] => {
    const value = cell.at[x];
    if (value === undefined) return [];
    return [
      {
        x: value,
        ...statistics(cell, measure),
        curve: by === undefined ? measure : nameOf(cell.at, [by]),
        panel: nameOf(cell.at, others),
      },
    ];
  });
  const xs = [...new Set(points.map((point) => point.x))];
  return {
    x,
    measure,
    by,
    xs: xs.every((value) => typeof value === "number") ? [...xs].sort((a, b) => Number(a) - Number(b)) : xs,
    curves: [...new Set(points.map(({ curve }) => curve))],
    panels: [...new Set(points.map(({ panel }) => panel))],
    points,
  };
}

/** "scheme batchnorm, depth 100", of the axes that the cell has. */
export function nameOf(at: SweepSettings, axes: readonly string[]): string {
  return axes.flatMap((axis) => (at[axis] === undefined ? [] : [`${axis} ${at[axis]}`])).join(", ");
}

function statistics({ runs }: SweepCell, measure: string) {
  const values = runs.flatMap(({ status, outcome, measures }) => {
    const value = measures[measure];
    return status === "done" && outcome !== "diverged" && Number.isFinite(value) ? [value] : [];
  });
  const count = values.length;
  const counted = runs.filter(({ status }) => status !== "skipped").length;
  const lost = { seeds: count, lost: counted - count };
  if (count === 0) return { ...lost, se: 0 };
  return {
    ...lost,
    mean: mean(values),
    se: count > 1 ? sampleStandardDeviation(values) / Math.sqrt(count) : 0,
  };
}

function requireKnown(argument: string, name: string | undefined, known: readonly string[]): void {
  if (name !== undefined && known.includes(name)) return;
  throw new InvalidArgumentError(
    argument,
    name,
    known.length === 0 ? "one that some run has" : `one of ${known.join(", ")}`,
  );
}
