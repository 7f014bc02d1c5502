import type { LoggerInterface } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { InvalidArgumentError } from "../network/errors.js";
import { writeFileWhole } from "../system/write-file.js";
import { FONT_FILES, textWidth } from "./fonts.js";
import { htmlPage } from "./html.js";
import { escapeMarkup } from "./markup.js";
import { safePicture } from "./safe-picture.js";

/** What a picture can be written as; also the file extensions. */
export const PLOT_FORMATS = ["vl.json", "svg", "png", "html"] as const;
export type PlotFormat = (typeof PLOT_FORMATS)[number];

export interface RenderOptions {
  /** Takes Vega's and Vega-Lite's warnings; stderr if absent. */
  readonly logger?: LoggerInterface;
}

/** Pixels of the PNG for each pixel of the SVG. */
const PNG_SCALE = 2;

/**
 * Draws a Vega-Lite specification without a browser or a screen.
 *
 * @returns text for `vl.json` (the specification itself), `svg` and `html` (a page that opens offline); bytes for `png`
 * (that very SVG at twice its size, set in the bundled font).
 * @throws InvalidArgumentError for another format.
 * @example
 * ```ts
 * const lengths = predictPathLengths({ scheme: resolveScheme("batchnorm"), depth: 100 });
 * const svg = await renderPlot(plotOf(lengths), "svg");
 * svg.slice(0, 4); // "<svg"
 * ```
 */
export async function renderPlot(
  spec: TopLevelSpec,
  format: PlotFormat,
  options: RenderOptions = {},
): Promise<string | Uint8Array> {
  const safe = safePicture(spec);
  switch (format) {
    case "vl.json":
      return `${JSON.stringify(safe, null, 1)}\n`;
    case "html":
      return htmlPage(safe);
    case "svg":
      return renderSvg(safe, options);
    case "png":
      return renderPng(await renderSvg(safe, options));
    default:
      throw new InvalidArgumentError("format", format, `one of ${PLOT_FORMATS.join(", ")}`);
  }
}

/**
 * Draws a specification to a file, in the format of its extension; the file is written whole or not at all.
 *
 * @throws InvalidArgumentError for an extension other than .vl.json, .svg, .png and .html, before anything is drawn;
 * OutputError when the file cannot be written.
 */
export async function writePlot(
  spec: TopLevelSpec,
  path: string,
  options: RenderOptions = {},
): Promise<void> {
  const format = formatOfPath(path);
  await writeFileWhole(path, await renderPlot(spec, format, options));
}

/** The format that a file name's extension names. @throws InvalidArgumentError for any other. */
export function formatOfPath(path: string): PlotFormat {
  const format = PLOT_FORMATS.find((known) => path.toLowerCase().endsWith(`.${known}`));
  if (!format)
    throw new InvalidArgumentError("picture", path, "a file name ending in .vl.json, .svg, .png or .html");
  return format;
}

async function renderSvg(spec: TopLevelSpec, { logger }: RenderOptions): Promise<string> {
  // Loaded here: half a second that a command without a picture need not spend.
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  measureText(vega);
  // Vega marks the rows of inline data as its own; the caller's stay as they are.
  const compiled = vegaLite.compile(structuredClone(spec), logger ? { logger } : {});
  const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", ...(logger ? { logger } : {}) });
  try {
    return labelled(await view.toSVG(), spec.description);
  } finally {
    view.finalize();
  }
}

/** Vega without a canvas takes 0.8 · size for each character; the bundled font's own widths give the true layout. */
function measureText(vega: typeof import("vega")): void {
  const { textMetrics } = vega as unknown as {
    textMetrics: { width: (item: TextItem, text: unknown) => number };
  };
  textMetrics.width = (item, text) => {
    const line = text == null ? "" : String(text).trim();
    const width = textWidth(line, { size: item.fontSize ?? 11, weight: item.fontWeight });
    return item.limit && item.limit > 0 ? Math.min(width, item.limit) : width;
  };
}

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: unknown;
  readonly limit?: number;
}

/** A picture alone tells a screen reader what it shows. */
function labelled(svg: string, description: string | undefined): string {
  return description
    ? svg.replace("<svg ", () => `<svg role="img" aria-label="${escapeMarkup(description)}" `)
    : svg;
}

async function renderPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js");
  // Without a font file resvg draws no text and reports nothing; system fonts would differ between machines.
  const font = {
    loadSystemFonts: false,
    fontFiles: Object.values(FONT_FILES),
    defaultFontFamily: "Inter",
    sansSerifFamily: "Inter",
  };
  const resvg = new Resvg(svg, { font, background: "white", fitTo: { mode: "zoom", value: PNG_SCALE } });
  return resvg.render().asPng();
}
