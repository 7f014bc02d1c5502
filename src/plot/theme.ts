import type { TopLevelSpec } from "vega-lite";
import { FONT_FAMILY, SEMI_BOLD } from "./fonts.js";

/** A view that is drawn alone or as a part of a larger picture. */
export type Panel = Extract<TopLevelSpec, { vconcat: unknown }>["vconcat"][number];

/** Okabe & Ito's palette, which stays distinct for colour-blind readers; yellow, too pale on white, is left out. */
export const COLORS = {
  skip: "#0072b2",
  branch: "#d55e00",
  third: "#009e73",
  amber: "#e69f00",
  /** Amber dark enough for text. */
  amberText: "#8a5a00",
  theory: "#333333",
  muted: "#767676",
} as const;

/** One colour a run, in this order. */
export const PALETTE = ["#0072b2", "#009e73", "#56b4e9", "#d55e00", "#cc79a7", "#e69f00", "#333333"] as const;

/** The width of a picture in a README, in pixels. */
const PICTURE_WIDTH = 640;

/** The width of the plotting area where Vega-Lite cannot fit axes into a total: a row of one panel, or of two. */
export const PANEL_WIDTH = { one: 560, two: 250 } as const;

const CONFIG = {
  font: FONT_FAMILY,
  view: { stroke: null },
  title: {
    anchor: "start",
    frame: "bounds",
    fontSize: 15,
    fontWeight: SEMI_BOLD,
    color: "#1a1a1a",
    subtitleFontSize: 12,
    subtitleColor: "#555555",
    subtitleLineHeight: 16,
    subtitlePadding: 5,
    offset: 12,
  },
  axis: {
    labelFontSize: 11,
    labelColor: "#444444",
    titleFontSize: 12,
    titleFontWeight: 400,
    titleColor: "#333333",
    titlePadding: 8,
    gridColor: "#e9e9e9",
    domainColor: "#999999",
    tickColor: "#999999",
    tickSize: 4,
  },
  axisX: { grid: false },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  legend: {
    orient: "top",
    title: null,
    labelFontSize: 12,
    labelColor: "#333333",
    labelLimit: 400,
    symbolSize: 140,
    symbolStrokeWidth: 2,
    symbolOpacity: 1,
    columnPadding: 18,
    offset: 6,
  },
  text: { fontSize: 12 },
  concat: { spacing: 28 },
} as const;

export interface Picture {
  /** Read aloud in place of the picture: one sentence. */
  readonly description: string;
  readonly title: string;
  /** The settings behind the numbers, a line each. */
  readonly subtitle: readonly string[];
}

/** A picture of one panel, {@link PICTURE_WIDTH} wide with its axes. */
export function onePanel(picture: Picture, panel: Panel): TopLevelSpec {
  return {
    ...frame(picture),
    ...panel,
    width: PICTURE_WIDTH,
    // The whole, of which titles, axes and legend take their part.
    height: Number("height" in panel ? panel.height : 0) + 110,
    autosize: { type: "fit", contains: "padding" },
  } as TopLevelSpec;
}

/**
 * A picture of several rows of panels under one title; a row is a panel or a few side by side.
 *
 * @param legend `shared` when all panels show the same series, of which one legend is drawn.
 */
export function stackedPanels(
  picture: Picture,
  rows: readonly (Panel | readonly Panel[])[],
  legend: "shared" | "independent" = "independent",
): TopLevelSpec {
  const resolve = {
    scale: { color: legend, strokeDash: legend },
    legend: { color: legend, strokeDash: legend },
  };
  const concat = rows.map((row) => ("length" in row ? { hconcat: row, spacing: 24, resolve } : row));
  return { ...frame(picture), vconcat: concat, resolve } as TopLevelSpec;
}

function frame({ description, title, subtitle }: Picture) {
  return {
    // JupyterLab draws version 5 and not 6; these pictures use nothing newer.
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description,
    background: "white",
    padding: 10,
    config: CONFIG,
    title: { text: title, subtitle: fewOf(subtitle.flatMap((line) => wrapped(line))) },
  };
}

/** Lines below a title; of more, the panel below would have no room. */
const MOST_LINES = 10;

/** Lines, or of too many the first and the last ones. */
function fewOf(lines: readonly string[]): readonly string[] {
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES - 3), "…", ...lines.slice(-2)];
}

/**
 * A space at which a line may end: none beside an operator or before a percent sign, so that "qᵢ = 1/(i + 1)" stays whole, nor before the
 * width of a margin.
 */
const BREAK = /(?<! [=+−±×≤]) (?![=+−±×≤%] |±)/;

/** Breaks a line at spaces so that it fits the picture; Vega does not. */
export function wrapped(text: string, most = 100): string[] {
  const lines = [""];
  for (const word of text.split(BREAK)) {
    const longer = lines.at(-1) === "" ? word : `${lines.at(-1)} ${word}`;
    if (longer.length <= most || lines.at(-1) === "") lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
