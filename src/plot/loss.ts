import type { RunDocument } from "../network/documents.js";
import { COLORS } from "./theme.js";

/** The classes of CIFAR-10, for documents that name no other number. */
const USUAL_CLASSES = 10;

/** The mean of the last `window` values at a step (of as many as there are at the beginning); null where the step itself is null. */
export function trailingMean(
  values: readonly (number | null)[],
  { window, index }: { readonly window: number; readonly index: number },
): number | null {
  if (values[index] === null) return null;
  const recent = values.slice(Math.max(0, index - window + 1), index + 1).filter((one) => one !== null);
  return recent.reduce((sum, one) => sum + one, 0) / recent.length;
}

/** A window of a seventh of the steps, at most 20. */
export function smoothingWindow(steps: number): number {
  return Math.max(1, Math.min(20, Math.round(steps / 7)));
}

/** The bounds of a loss axis: all of the curves, but no more than somewhat above chance, where diverging runs leave. */
export function lossDomain(
  curves: readonly (readonly (number | null)[])[],
  classes = USUAL_CLASSES,
): [number, number] {
  // The cross-entropy of guessing.
  const chance = Math.log(classes);
  const finite = curves.flat().filter((loss): loss is number => loss !== null && Number.isFinite(loss));
  const least = finite.reduce((low, loss) => Math.min(low, loss), chance);
  const most = finite.reduce((high, loss) => Math.max(high, loss), chance);
  const top = Math.min(most, 1.45 * chance);
  const margin = 0.06 * (top - least) + 0.02;
  return [Math.max(0, least - margin), top + margin];
}

/** The dashed rule at the loss of guessing. */
export function chanceRule(classes = USUAL_CLASSES): object[] {
  const data = { values: [{ y: Math.log(classes) }] };
  const y = { field: "y", type: "quantitative" };
  const text = { text: `chance: ln ${classes}`, align: "right", baseline: "bottom", dy: -3, fontSize: 11 };
  return [
    {
      data,
      mark: { type: "rule", strokeDash: [4, 3], color: COLORS.muted },
      encoding: { x: { value: 0 }, x2: { value: "width" }, y },
    },
    {
      data,
      mark: { type: "text", color: COLORS.muted, ...text },
      encoding: { x: { value: "width" }, y },
    },
  ];
}

/** Where and how a diverging run left a loss axis, in the words to print there. */
export interface Divergence {
  /** Up to the step at which it had diverged. */
  readonly lossCurve: readonly (number | null)[];
  readonly color: string;
  readonly text: string;
}

/**
 * A cross at the last finite loss of each diverging run (at the top of the axis when it lies beyond), with its words;
 * those of several runs stand below each other.
 */
export function divergenceMarks(
  runs: readonly Divergence[],
  [low, high]: readonly [number, number],
): object[] {
  const encoding = { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } };
  return runs.flatMap(({ lossCurve, color, text }, row) => {
    const last = lossCurve.findLastIndex((loss) => loss !== null);
    const top = high - 0.05 * (high - low);
    const data = { values: [{ x: Math.max(1, last + 1), y: Math.min(lossCurve[last] ?? top, top) }] };
    const words = { text, align: "left", dx: 10, dy: 1 + 15 * row, fontSize: 11, color: COLORS.theory };
    const cross = { shape: "cross", angle: 45, size: 90, filled: true, opacity: 1, color };
    return [
      { data, mark: { type: "point", ...cross }, encoding },
      { data, mark: { type: "text", ...words }, encoding },
    ];
  });
}

/** The step from which on a run had diverged: in older documents, the one whose loss was not finite. */
export function divergedAt(run: Pick<RunDocument, "lossCurve" | "steps" | "outcomeStep">): number {
  const index = run.lossCurve.indexOf(null);
  return run.outcomeStep ?? (index < 0 ? run.steps : index + 1);
}
