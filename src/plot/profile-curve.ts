import type { MeasuredBlock } from "../network/documents.js";
import type { CurvePoint } from "./curve-point.js";
import { fewPoints } from "./few-points.js";

/** One path of a measured profile as a curve of not too many points; what is not a number in JSON (null) interrupts it. */
export function profileCurve(
  series: string,
  blocks: readonly MeasuredBlock[],
  path: "skip" | "branch",
): readonly CurvePoint[] {
  return fewPoints(blocks.map((block) => ({ x: block.block, y: block[path] as number | null, series })));
}

/** Which curves cannot be seen at all, and why: "0 for A; not finite for B", or nothing. */
export function notShown(points: readonly CurvePoint[], isLog: boolean): string {
  const names = [...new Set(points.map(({ series }) => series))];
  const of = (isSuch: (y: number | null) => boolean) =>
    names.filter((name) => points.every(({ series, y }) => series !== name || isSuch(y))).join(", ");
  const zero = isLog ? of((y) => y === 0) : "";
  const missing = of((y) => y === null);
  return [zero && `0 for ${zero}`, missing && `not finite for ${missing}`].filter(Boolean).join("; ");
}
