import type { Comparison, ContrastName, JudgedCurve } from "./documents/verdict.js";

/** Whether a contrast is a deviation of the curve itself, at one of its ends. */
export function isEnd(contrast: ContrastName): contrast is "first" | "last" {
  return contrast === "first" || contrast === "last";
}

/** One line that tells how a curve lies to its prediction. */
export interface CurveRow {
  /** Such as "skip variance by block, level". */
  readonly label: string;
  /** What of the curve it is about, such as "level" or "around block 9". */
  readonly part: string;
  /** A relative deviation, whose theory is 0; with the status of the whole curve. */
  readonly comparison: Comparison;
}

/**
 * The contrast that lies farthest out where the curve differs or its bias is seen; else the place where its parabola reaches farthest, or
 * the end that does.
 */
export function curveRow({ label, contrasts, farthest, status, biasSeen }: JudgedCurve): CurveRow {
  const ends = contrasts.filter(({ contrast }) => isEnd(contrast));
  const telling = contrasts.filter((one) => (status === "differs" ? one.status === "differs" : one.biasSeen));
  const others = ends.length > 0 || farthest ? ends : contrasts;
  const candidates = [
    ...(telling.length > 0 ? telling : others).map((one) => ({
      name: one.contrast as string,
      one: one as Comparison,
    })),
    ...(telling.length === 0 && farthest ? [{ name: `around block ${farthest.block}`, one: farthest }] : []),
  ];
  const { name, one } = candidates.reduce((most, next) =>
    reachOf(next.one) > reachOf(most.one) ? next : most,
  );
  return { label: `${label}, ${name}`, part: name, comparison: { ...one, status, biasSeen } };
}

/** How far a number may lie from its prediction: two standard errors beyond where it is. */
function reachOf({ mean, se }: Comparison): number {
  return Math.abs(mean) + 2 * se;
}
