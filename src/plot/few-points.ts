import type { CurvePoint } from "./curve-point.js";

/** A curve is drawn with no more points than this: a picture is a few hundred pixels wide, and renderers take time for each. */
const MOST = 4000;

/**
 * Points of curves, those of a longer curve fewer: of each of equal stretches of it the first point, the lowest, the highest and the
 * last, so that what stands out is seen; a gap (a `y` of null) stays where a stretch has one.
 */
export function fewPoints(points: readonly CurvePoint[]): readonly CurvePoint[] {
  if (points.length <= MOST) return points;
  const curves = new Map<string, CurvePoint[]>();
  for (const point of points) {
    const curve = curves.get(point.series);
    if (curve) curve.push(point);
    else curves.set(point.series, [point]);
  }
  return [...curves.values()].flatMap((curve) => (curve.length <= MOST ? curve : stretchesOf(curve)));
}

function stretchesOf(curve: readonly CurvePoint[]): CurvePoint[] {
  const size = Math.ceil(curve.length / (MOST / 5));
  const kept: CurvePoint[] = [];
  for (let from = 0; from < curve.length; from += size) {
    const last = Math.min(from + size, curve.length) - 1;
    let [low, high, gap] = [from, from, from];
    for (let index = from; index <= last; index++) {
      const y = curve[index].y;
      if (y === null) gap = index;
      if (y !== null && !(y >= (curve[low].y ?? y))) low = index;
      if (y !== null && !(y <= (curve[high].y ?? y))) high = index;
    }
    const chosen = [...new Set([from, low, high, gap, last])].sort((a, b) => a - b);
    for (const index of chosen) kept.push(curve[index]);
  }
  return kept;
}
