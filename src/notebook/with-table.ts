import type { TopLevelSpec } from "vega-lite";
import { largest } from "../network/extremes.js";
import { textWidth } from "../plot/fonts.js";
import { drawnText } from "../plot/safe-picture.js";
import type { Table } from "../plot/table.js";
import { COLORS, PANEL_WIDTH, type Panel } from "../plot/theme.js";

const SIZE = 12;
const LINE_HEIGHT = 20;
const LEAST_GAP = 14;
const PANEL_HEIGHT = 200;

/** What a specification says about the whole picture; the rest belongs to its panel. */
const OF_THE_WHOLE = ["$schema", "description", "background", "padding", "config", "title", "autosize"];

/**
 * The picture with the table below it, drawn in the picture itself: a viewer shows one form of a bundle and leaves out the
 * others, the text among them.
 */
export function withTable(spec: TopLevelSpec, table: Table): TopLevelSpec {
  const fields = Object.entries(spec);
  const whole = Object.fromEntries(
    fields.filter(([field]) => OF_THE_WHOLE.includes(field) && field !== "autosize"),
  );
  const rest = Object.fromEntries(fields.filter(([field]) => !OF_THE_WHOLE.includes(field)));
  const below = tablePanel(table);
  if ("vconcat" in spec) {
    return { ...whole, ...rest, vconcat: [...spec.vconcat, below] } as TopLevelSpec;
  }
  const panel = "layer" in spec ? { ...rest, width: PANEL_WIDTH.one, height: PANEL_HEIGHT } : rest;
  return { ...whole, vconcat: [panel, below] } as TopLevelSpec;
}

/** The table as text marks, in pixels. */
function tablePanel({ columns, rows }: Table): Panel {
  const lines = [columns, ...rows].map((line) => line.map(drawnText));
  const widths = columns.map((_, column) =>
    largest(lines.map((line) => textWidth(line[column], { size: SIZE, weight: 600 }))),
  );
  const ends = columnEnds(widths);
  const cells = lines.flatMap((line, row) =>
    line.map((text, column) => ({
      text,
      x: column === 0 ? 0 : ends[column],
      y: row * LINE_HEIGHT,
      side: column === 0 ? "first" : "other",
      part: row === 0 ? "head" : "body",
    })),
  );
  const marks = ["first", "other"].flatMap((side) =>
    ["head", "body"].map((part) => ({
      transform: [{ filter: `datum.side === '${side}' && datum.part === '${part}'` }],
      mark: {
        type: "text",
        align: side === "first" ? "left" : "right",
        baseline: "top",
        fontSize: SIZE,
        ...(part === "head" ? { color: COLORS.muted } : { color: COLORS.theory }),
      },
    })),
  );
  return {
    width: PANEL_WIDTH.one,
    height: lines.length * LINE_HEIGHT,
    data: { values: cells },
    // Positions are pixels: no scale.
    encoding: {
      x: { field: "x", type: "quantitative", scale: null, axis: null },
      y: { field: "y", type: "quantitative", scale: null, axis: null },
      text: { field: "text", type: "nominal" },
    },
    layer: marks,
  } as Panel;
}

/** The right edges of the columns: the table is as wide as the picture if its words leave room. */
function columnEnds(widths: readonly number[]): number[] {
  const words = widths.reduce((sum, width) => sum + width, 0);
  const gap = Math.max(LEAST_GAP, Math.min(48, (PANEL_WIDTH.one - words) / Math.max(1, widths.length - 1)));
  let end = -gap;
  return widths.map((width) => {
    end += gap + width;
    return end;
  });
}
