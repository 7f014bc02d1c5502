import type { TopLevelSpec } from "vega-lite";
import type { ResultDocument } from "../network/documents.js";
import { InvalidArgumentError } from "../network/errors.js";
import { currentDocument } from "../network/older-documents.js";
import { PLOTS, RESULT_KINDS } from "./plots.js";
import { formatOfPath, writePlot } from "./render.js";
import { safePicture } from "./safe-picture.js";
import { sweep } from "./sweep.js";
import type { SweepView } from "./sweep-groups.js";
import type { Table } from "./table.js";

/**
 * The picture of a result document, of this version or an earlier one, as a self-contained Vega-Lite specification.
 *
 * @param view which axes and measure of a sweep are drawn.
 * @throws InvalidArgumentError for a document of an unknown kind; for an axis or a measure that a sweep does not have, and a view of
 * another document.
 * @example
 * ```ts
 * const spec = plotOf(predictPathLengths({ scheme: resolveScheme("batchnorm"), depth: 100 }));
 * spec.$schema; // "https://vega.github.io/schema/vega-lite/v5.json"
 * ```
 */
export function plotOf(document: ResultDocument, view?: SweepView): TopLevelSpec {
  const current = currentDocument(document);
  const isChosen = view && Object.values(view).some((choice) => choice !== undefined);
  if (!isChosen) return safePicture(entryOf(current).draw(current as never));
  if (current.kind !== "sweep")
    throw new InvalidArgumentError("kind", current.kind, "sweep where an axis or a measure is chosen");
  return safePicture(sweep(current, view));
}

/** The figures of a result document that its picture cannot be read for. */
export function tableOf(document: ResultDocument): Table {
  const current = currentDocument(document);
  return entryOf(current).table(current as never);
}

function entryOf({ kind }: ResultDocument): (typeof PLOTS)[ResultDocument["kind"]] {
  if (Object.hasOwn(PLOTS, kind)) return PLOTS[kind];
  throw new InvalidArgumentError("kind", kind, `one of ${RESULT_KINDS.join(", ")}`);
}

/**
 * Draws the picture of a result document to a file, in the format of its extension.
 *
 * @throws InvalidArgumentError for another extension than .vl.json, .svg, .png and .html; OutputError when the file cannot
 * be written.
 */
export async function plotToFile(document: ResultDocument, path: string, view?: SweepView): Promise<void> {
  formatOfPath(path);
  await writePlot(plotOf(document, view), path);
}
