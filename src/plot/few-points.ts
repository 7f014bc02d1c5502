/** As much of a point as it is chosen by. */
interface Point {
  readonly series: string;
  readonly y: number | null;
}

/** A curve is drawn with no more points than this: a picture is a few hundred pixels wide, and renderers take time for each. */
const MOST = 4000;

/**
 * Points of curves, those of a longer curve fewer: of each of equal stretches of it the first point, the lowest, the highest and the
 * last, so that what stands out is seen; a gap (a `y` of null) stays where a stretch has one.
 */
export function fewPoints<One extends Point>(points: readonly One[]): readonly One[] {
  if (points.length <= MOST) return points;
  const curves = new Map<string, One[]>();
  for (const point of points) {
    const curve = curves.get(point.series);
    if (curve) curve.push(point);
    else curves.set(point.series, [point]);
  }
  return [...curves.values()].flatMap((curve) => (curve.length <= MOST ? curve : stretchesOf(curve)));
}

function stretchesOf<One extends Point>(curve: readonly One[]): One[] {
  const size = Math.ceil(curve.length / (MOST / 5));
  const kept: One[] = [];
  for (let from = 0; from < curve.length; from += size) {
    const last = Math.min(from + size, curve.length) - 1;
    let [low, high, gap] = [from, from, from];
    for (let index = from; index <= last; index++) {
      const { y } = curve[index];
      if (y === null) {
        gap = index;
        continue;
      }
      const [lowest, highest] = [curve[low].y, curve[high].y];
      if (lowest === null || y < lowest) low = index;
      if (highest === null || y > highest) high = index;
    }
    const chosen = [...new Set([from, low, high, gap, last])].sort((a, b) => a - b);
    for (const index of chosen) kept.push(curve[index]);
  }
  return kept;
}
