import { largest, smallest } from "../network/extremes.js";
import type { LogAxis } from "./axes.js";
import type { CurvePoint } from "./curve-point.js";
import { fewPoints } from "./few-points.js";
import { PANEL_WIDTH, type Panel } from "./theme.js";

/** A curve: its name in the legend and how it is drawn. */
export interface Series {
  readonly name: string;
  readonly color: string;
  readonly dash?: readonly number[];
  readonly width?: number;
  readonly opacity?: number;
}

/** The bounds of a linear axis, and how it is labelled if not with its numbers. */
interface LinearAxis {
  readonly domain: readonly [number, number];
  readonly labelExpr?: string;
}

export interface LinePanelOptions {
  /** In the order of the legend. */
  readonly series: readonly Series[];
  readonly points: readonly CurvePoint[];
  readonly x: string;
  readonly y: string;
  /** A logarithmic axis, or the bounds of a linear one, beyond which curves are cut off; from the data if absent. */
  readonly yAxis?: LogAxis | LinearAxis;
  /** Whether the linear axis starts at 0. */
  readonly zero?: boolean;
  readonly xDomain?: readonly [number, number];
  readonly height: number;
  readonly width?: number;
  /** A heading of the panel, within a larger picture. */
  readonly heading?: string;
  /** Lines below the heading. */
  readonly note?: string | readonly string[];
  /** Room for the labels of the y axis in pixels, so that panels above each other line up. */
  readonly axisExtent?: number;
  readonly legend?: Readonly<Record<string, unknown>> | null;
  /** Further layers, drawn under the curves or over them, in the same scales. */
  readonly under?: readonly object[];
  readonly over?: readonly object[];
}

/** Dashes of a prediction, everywhere. */
export const DASHED = [5, 3] as const;

/** A curve of at most this many points shows each of them. */
const FEW = 30;

/** Curves over a shared pair of axes, with error bands where points have them. */
export function linePanel(options: LinePanelOptions): Panel {
  const {
    series,
    points,
    x,
    y,
    yAxis,
    height,
    width = PANEL_WIDTH.one,
    heading,
    legend = {},
    under = [],
    over = [],
    axisExtent,
  } = options;
  const names = series.map(({ name }) => name);
  const shownLegend = legend && { symbolType: "stroke", symbolSize: 260, ...legend };
  const color = {
    field: "series",
    type: "nominal",
    scale: { domain: names, range: series.map((one) => one.color) },
    legend: shownLegend,
  };
  const strokeDash = {
    field: "series",
    type: "nominal",
    scale: { domain: names, range: series.map(({ dash }) => dash ?? [1, 0]) },
    legend: shownLegend,
  };
  const xs = points.map((point) => point.x);
  const domain = options.xDomain ?? xDomainOf(xs);
  const isCut = yAxis !== undefined && !("scale" in yAxis);
  const extent = axisExtent === undefined ? {} : { minExtent: axisExtent, maxExtent: axisExtent };
  const isLog = yAxis !== undefined && "scale" in yAxis;
  const labels = isCut && yAxis.labelExpr !== undefined ? { labelExpr: yAxis.labelExpr } : {};
  const scale = isLog
    ? yAxis.scale
    : yAxis
      ? { domain: yAxis.domain, nice: false }
      : { zero: options.zero ?? false };
  const encoding = {
    x: {
      field: "x",
      type: "quantitative",
      title: x,
      scale: { domain, nice: false },
      axis: {
        tickMinStep: 1,
        tickCount: Math.min(domain[1] >= 1000 ? 6 : 8, Math.max(1, domain[1] - domain[0])),
      },
    },
    y: {
      field: "y",
      type: "quantitative",
      title: y,
      scale,
      axis: { ...(isLog ? yAxis.axis : { tickCount: 6, ...labels }), ...extent },
    },
  };
  const of = (name: string) => [{ filter: { field: "series", equal: name } }];
  const hasBands = points.some(({ low }) => low !== undefined);
  const bands = {
    transform: [{ filter: "isValid(datum.low)" }],
    // Over one block an area has no width.
    mark:
      smallest(xs) === largest(xs)
        ? { type: "rule", strokeWidth: 6, opacity: 0.3, clip: isCut }
        : { type: "area", opacity: 0.22, clip: isCut },
    encoding: {
      y: { ...encoding.y, field: "low" },
      y2: { field: "high" },
      color,
    },
  };
  const curves = series.map(({ name, dash, width: strokeWidth = 2, opacity = 1 }) => {
    const count = points.reduce((sum, point) => sum + (point.series === name ? 1 : 0), 0);
    return {
      transform: of(name),
      mark: {
        type: "line",
        clip: isCut,
        strokeWidth,
        opacity,
        strokeCap: "butt",
        point:
          count <= FEW && opacity === 1 && dash === undefined
            ? { size: 26, filled: true, opacity: 1 }
            : false,
      },
      encoding: { color, strokeDash },
    };
  });
  return {
    ...(heading ? { title: headingOf(heading, options.note) } : {}),
    width,
    height,
    data: { values: bounded(fewPoints(points), yAxis) },
    encoding,
    layer: [...under, ...(hasBands ? [bands] : []), ...curves, ...over],
  } as Panel;
}

/** The title of a panel within a larger picture. */
export function headingOf(text: string, note: string | readonly string[] = ""): object {
  const subtitle = note.length === 0 ? {} : { subtitle: note, subtitleFontSize: 11, subtitlePadding: 2 };
  return { text, fontSize: 13, offset: 6, anchor: "start", frame: "group", ...subtitle };
}

/** The indices 0…length − 1, or about `most` of them with both ends, for a curve too long to draw every point of. */
export function thinned(length: number, most = 600): number[] {
  const step = Math.max(1, Math.ceil(length / most));
  const indices: number[] = [];
  for (let index = 0; index < length - 1; index += step) indices.push(index);
  if (length > 0) indices.push(length - 1);
  return indices;
}

/**
 * Numbers by block become points of a curve; `se` makes its band, one standard error to each side. The blocks are 1…d if
 * they are not given.
 */
export function curve(
  series: string,
  values: readonly (number | null)[],
  se?: readonly number[],
  blocks?: readonly number[],
): CurvePoint[] {
  return thinned(values.length).map((index) => {
    const y = values[index];
    const isBand = se !== undefined && y !== null && Number.isFinite(se[index]);
    return {
      x: blocks?.[index] ?? index + 1,
      y,
      series,
      ...(isBand ? { low: y - se[index], high: y + se[index] } : {}),
    };
  });
}

function xDomainOf(xs: readonly number[]): [number, number] {
  const [low, high] = [smallest(xs), largest(xs)];
  if (low === high) return [low - 0.5, high + 0.5];
  // Where points are drawn, those at the ends need room.
  const room = high - low < FEW ? 0.02 * (high - low) : 0;
  return [low - room, high + room];
}

/**
 * What an axis cannot show: on a logarithmic one what is not positive is missing, and a band ends at the axis; far
 * beyond the bounds of a linear one a curve is brought nearer, as renderers lose coordinates of 10⁹ pixels.
 */
function bounded(points: readonly CurvePoint[], yAxis: LinePanelOptions["yAxis"]): readonly CurvePoint[] {
  if (!yAxis) return points;
  const [low] = yAxis.domain;
  return points.map((point) => {
    const { x, y, series } = point;
    if (y === null || !Number.isFinite(y)) return { x, y: null, series };
    if (!("scale" in yAxis)) return nearer(point, yAxis.domain);
    if (y <= 0) return { x, y: null, series };
    return point.low === undefined ? point : { ...point, low: Math.max(point.low, low) };
  });
}

function nearer(point: CurvePoint, [low, high]: readonly [number, number]): CurvePoint {
  const near = (value: number) => Math.max(2 * low - high, Math.min(value, 2 * high - low));
  const { y, low: from, high: to } = point;
  return {
    ...point,
    y: y === null ? null : near(y),
    ...(from === undefined ? {} : { low: near(from) }),
    ...(to === undefined ? {} : { high: near(to) }),
  };
}
