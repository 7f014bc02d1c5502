import type { TopLevelSpec } from "vega-lite";
import type { SweepBest, SweepDocument } from "../network/documents/sweep.js";
import { smallest } from "../network/extremes.js";
import { figure } from "./figures.js";
import { counted, shortNumber, withError } from "./labels.js";
import { headingOf } from "./line-panel.js";
import type { PlotsOf } from "./plot.js";
import { chartOf, nameOf, type SweepChart, type SweepPoint, type SweepView } from "./sweep-groups.js";
import { PALETTE, PANEL_WIDTH, type Panel, stackedPanels } from "./theme.js";

/** Of more panels the rest are in the document. */
const MOST_PANELS = 6;
/** Of more curves than these colours come again. */
const MOST_CURVES = PALETTE.length;
/** Numbers of which each is some times the one before are spaced by their logarithms. */
const LOG_RATIO = 4;

/** A measure of a sweep against an axis of its grid: means over seeds with bars of one standard error, a panel for each of what else differs. */
export function sweep(document: SweepDocument, view: SweepView = {}): TopLevelSpec {
  const chart = chartOf(document, view);
  const title = `${chart.measure} against ${chart.x}`;
  const shown = chart.panels.slice(0, MOST_PANELS);
  const left = chart.panels.length - shown.length;
  const subtitle = [
    settingsOf(document),
    `Points: mean ± one standard error over seeds; crosses: runs that diverged, failed or are missing`,
    ...bestLines(document, chart),
    ...(left > 0 ? [`${counted(left, "more panel")} in the document`] : []),
  ];
  return stackedPanels(
    { description: `${title}: ${subtitle.join(". ")}.`, title: capital(title), subtitle },
    shown.map((panel) => panelOf(chart, panel)),
    "shared",
  );
}

function settingsOf({ command, fixed, cells }: SweepDocument): string {
  const settings = Object.entries(fixed).map(([name, value]) => `${name} ${value}`);
  const runs = cells.reduce((sum, cell) => sum + cell.runs.length, 0);
  return [
    `respath ${command}`,
    ...settings,
    `${counted(cells.length, "cell")}, ${counted(runs, "run")}`,
  ].join(", ");
}

/** The best value of each group, where it is the picture's axis and measure. */
function bestLines({ best = [] }: SweepDocument, { x, measure }: SweepChart): string[] {
  const own = best.filter((one) => one.over === x && one.measure === measure);
  return own.slice(0, MOST_PANELS).map((one) => `Best ${x}${placeOf(one)}: ${bestOf(one)}`);
}

function placeOf({ at }: SweepBest): string {
  const name = nameOf(at, Object.keys(at));
  return name === "" ? "" : ` of ${name}`;
}

function bestOf({ best, mean, se, tied, measure }: SweepBest): string {
  const others = tied.filter((value) => value !== best);
  const ties = others.length > 0 ? `; tied with it: ${others.map(shownValue).join(", ")}` : "";
  return `${shownValue(best)} (${measure} ${se === undefined ? shortNumber(mean) : withError(mean, se)})${ties}`;
}

function shownValue(value: string | number | boolean): string {
  return typeof value === "number" ? shortNumber(value, 4) : String(value);
}

function panelOf(chart: SweepChart, panel: string): Panel {
  const { x, measure, xs, curves, points } = chart;
  const own = points.filter((point) => point.panel === panel);
  const isNumeric = xs.every((value) => typeof value === "number");
  const numbers = isNumeric ? (xs as readonly number[]) : [];
  const isLog = isNumeric && numbers[0] > 0 && (numbers.at(-1) ?? 0) / numbers[0] >= LOG_RATIO;
  const values = own.filter(({ mean }) => mean !== undefined);
  const floor = values.length > 0 ? smallest(values.map(({ mean = 0, se }) => mean - se)) : 0;
  const rows = own.map((point) => rowOf(point, floor));
  const xChannel = {
    field: "x",
    type: isNumeric ? "quantitative" : "nominal",
    title: x,
    ...(isNumeric
      ? {
          scale: isLog
            ? { type: "log", nice: false, padding: 14 }
            : { zero: false, nice: false, padding: 14 },
          axis: { values: numbers, labelExpr: labelsOf(numbers), labelOverlap: "greedy" },
        }
      : { sort: xs, axis: { labelAngle: 0 } }),
  };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: measure,
    scale: { zero: false },
    axis: { tickCount: 5 },
  });
  const color = {
    field: "curve",
    type: "nominal",
    sort: curves,
    scale: { domain: curves, range: curves.map((_, index) => PALETTE[index % MOST_CURVES]) },
    legend: curves.length > 1 ? { symbolType: "circle", columns: 3 } : null,
  };
  const whole = [{ filter: "isValid(datum.mean)" }];
  return {
    ...(panel === "" ? {} : { title: headingOf(panel) }),
    width: PANEL_WIDTH.one,
    height: 220,
    data: { values: rows },
    layer: [
      {
        transform: whole,
        mark: { type: "line", strokeWidth: 1.5, opacity: isNumeric ? 0.7 : 0 },
        encoding: { x: xChannel, y: y("mean"), color },
      },
      {
        transform: whole,
        mark: { type: "rule", strokeWidth: 1.8 },
        encoding: { x: xChannel, y: y("low"), y2: { field: "high" }, color },
      },
      {
        transform: whole,
        mark: { type: "point", filled: true, size: 55, opacity: 1, tooltip: true },
        encoding: { x: xChannel, y: y("mean"), color },
      },
      {
        transform: [{ filter: "datum.lost > 0" }],
        mark: { type: "point", shape: "cross", angle: 45, filled: true, size: 60, opacity: 1, tooltip: true },
        encoding: { x: xChannel, y: y("floor"), color },
      },
    ],
  } as Panel;
}

function rowOf({ mean, se, ...point }: SweepPoint, floor: number) {
  return {
    ...point,
    floor,
    ...(mean === undefined ? {} : { mean, low: mean - se, high: mean + se }),
  };
}

/** The axis is labelled at the grid's own values. */
function labelsOf(numbers: readonly number[]): string {
  const labels = Object.fromEntries(numbers.map((value) => [String(value), shownTick(value)]));
  return `(${JSON.stringify(labels)})[datum.value]`;
}

function shownTick(value: number): string {
  const power = Math.log2(value);
  return Number.isInteger(power) && power < -3 ? `2^${power}`.replace("-", "−") : shortNumber(value, 4);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export const SWEEP: PlotsOf<"sweep"> = {
  sweep: {
    draw: (document) => sweep(document),
    table: (document) => {
      const { points, x, measure } = chartOf(document);
      return {
        columns: [x, "", "", `${measure}, mean`, "standard error", "seeds", "lost"],
        rows: points.map((point) => [
          shownValue(point.x),
          point.curve,
          point.panel,
          figure(point.mean, 4),
          point.seeds > 1 ? figure(point.se, 2) : "–",
          String(point.seeds),
          String(point.lost),
        ]),
      };
    },
  },
};
