import { largest, smallest } from "../network/extremes.js";
import { curveOf, type JudgedSample, type JudgedSeries, judgedName, marginOf } from "./judged-series.js";
import { counted } from "./labels.js";
import { curve, DASHED, linePanel } from "./line-panel.js";
import { COLORS, type Panel, wrapped } from "./theme.js";
import { percentMargin } from "./verdict-words.js";

/** What deviates further than +200 %, or than −100 %, leaves the picture. */
const [LEAST, MOST] = [-1, 2];
/** The axis reaches at least this far: a series that is its prediction would have none. */
const LEAST_REACH = 0.01;
/** The axis reaches at least this many margins to each side. */
const MARGINS = 1.5;

/** The panel, if any series has a prediction to be measured by; and what is not in it, and why. */
interface Deviations {
  readonly panels: readonly Panel[];
  readonly leftOut: readonly string[];
}

/**
 * By how much each series lies above its prediction, block by block: measured / predicted − 1, with one standard error to each side,
 * the margin as a band, and in the legend what came of it.
 */
export function deviations(sample: JudgedSample, all: readonly JudgedSeries[]): Deviations {
  const relative = all.map(relativeTo);
  const words = relative.flatMap((one) => leftOutOf(sample, one));
  const leftOut = words.length === 0 ? [] : [`Left out: ${words.join("; ")}`];
  const shown = relative.filter(({ mean }) => mean.some((value) => value !== null));
  if (shown.length === 0) return { panels: [], leftOut };
  const series = shown.map((one) => ({ name: judgedName(sample, one.series), color: one.series.color }));
  const points = shown.flatMap(({ mean, se }, index) => curve(series[index].name, mean, se, sample.blocks));
  const margins = marginBands(sample, all);
  const domain = domainOf([
    ...points.flatMap(({ y, low, high }) => [y, low, high]),
    ...margins.flatMap(({ margin }) => [-MARGINS * margin, MARGINS * margin]),
  ]);
  const isBeyond = points.some(({ y }) => y !== null && (y < domain[0] || y > domain[1]));
  const [first, last] = [smallest(points.map(({ x }) => x)), largest(points.map(({ x }) => x))];
  const panel = linePanel({
    heading: "Measured beside predicted",
    note: [
      `Dashed: as predicted; bands: one standard error${marginNote(margins)}`,
      ...(isBeyond ? ["Beyond −100 % and +200 % the curves leave the picture"] : []),
      ...leftOut,
    ].flatMap((line) => wrapped(line)),
    series,
    points,
    x: "block i",
    y: "measured / predicted − 1",
    yAxis: { domain, labelExpr: PERCENT },
    height: 190,
    legend: { direction: "vertical" },
    under: [...margins.map(bandLayer), zeroLine(first, last)],
  });
  return { panels: [panel], leftOut: [] };
}

const PERCENT =
  "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + format(abs(datum.value) * 100, '~g') + ' %'";

interface RelativeSeries {
  readonly series: JudgedSeries;
  readonly mean: readonly (number | null)[];
  readonly se: readonly number[];
}

/** A series over its prediction, less 1; null where the one is not finite or the other 0. */
function relativeTo(series: JudgedSeries): RelativeSeries {
  const { sampled, predicted } = series;
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  const over = (value: number | null, index: number) => {
    const theory = predicted[index];
    return value === null || theory === null || theory === 0 ? Number.NaN : value / theory;
  };
  return {
    series,
    mean: sampled.mean.map((value, index) => finite(over(value, index) - 1)),
    se: sampled.se.map((value, index) => Math.abs(over(value, index))),
  };
}

/** "skip variance at 3 blocks, beyond float64"; of one that is left out wholly what came of it, "branch variance: agrees, predicted as 0". */
function leftOutOf(sample: JudgedSample, { series, mean }: RelativeSeries): string[] {
  const zeros = series.predicted.filter((theory) => theory === 0).length;
  const missing = mean.filter((value) => value === null).length;
  const words = (count: number, reason: string) => {
    if (count === 0) return [];
    const name =
      count === mean.length ? judgedName(sample, series) : `${series.name} at ${counted(count, "block")}`;
    return [`${name}, ${reason}`];
  };
  return [...words(zeros, "predicted as 0"), ...words(missing - zeros, "beyond float64")];
}

interface MarginBand {
  readonly names: readonly string[];
  readonly margin: number;
  readonly from: number;
  readonly to: number;
}

/** The margins of the series, one band for those that share it. */
function marginBands(sample: JudgedSample, all: readonly JudgedSeries[]): MarginBand[] {
  const bands = new Map<string, MarginBand>();
  for (const series of all) {
    const curve = curveOf(sample, series);
    const margin = curve && marginOf(curve);
    if (curve === undefined || margin === undefined) continue;
    const { from, to } = curve;
    const key = [margin, from, to].join();
    bands.set(key, { margin, from, to, names: [...(bands.get(key)?.names ?? []), series.name] });
  }
  return [...bands.values()];
}

/** "; grey: the margin, ±2 %", with what it is the margin of where there is more than one. */
function marginNote(bands: readonly MarginBand[]): string {
  if (bands.length === 0) return "";
  const words = bands.map(({ margin, names }) => {
    const width = percentMargin(margin);
    return bands.length === 1 ? width : `${width} of ${names.join(" and ")}`;
  });
  return `; grey: the margin, ${words.join(", ")}`;
}

function domainOf(values: readonly (number | null | undefined)[]): readonly [number, number] {
  const finite = values.filter((value) => value !== null && value !== undefined) as number[];
  const [low, high] = [smallest(finite, -LEAST_REACH), largest(finite, LEAST_REACH)];
  const room = 0.04 * (high - low);
  return [Math.max(LEAST, low - room), Math.min(MOST, high + room)];
}

function bandLayer({ margin, from, to }: MarginBand): object {
  const room = from === to ? 0.5 : 0;
  return {
    data: { values: [{ x: from - room, to: to + room, y: -margin, high: margin }] },
    mark: { type: "rect", clip: true, color: COLORS.muted, opacity: 0.2 },
    encoding: { x: X, x2: { field: "to" }, y: Y, y2: { field: "high" } },
  };
}

function zeroLine(first: number, last: number): object {
  const room = first === last ? 0.5 : 0;
  return {
    data: {
      values: [
        { x: first - room, y: 0 },
        { x: last + room, y: 0 },
      ],
    },
    mark: { type: "line", color: COLORS.theory, strokeDash: DASHED, strokeWidth: 1.3 },
    encoding: { x: X, y: Y },
  };
}

const X = { field: "x", type: "quantitative" } as const;
const Y = { field: "y", type: "quantitative" } as const;
