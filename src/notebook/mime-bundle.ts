import type { TopLevelSpec } from "vega-lite";
import { IMAGES_ONLY } from "../plot/html.js";
import { plotOf, renderPlot } from "../plot/index.js";
import { safePicture } from "../plot/safe-picture.js";
import { tableText } from "../plot/table.js";
import { comparisonPicture } from "./comparison-picture.js";
import { distributionPicture } from "./distribution-picture.js";
import { profilePicture } from "./profile-picture.js";
import { isDistribution, isDocument, isProfile, type Showable } from "./showable.js";
import { tableOf } from "./table-of.js";
import { withTable } from "./with-table.js";

/** For vega-embed, which JupyterLab shows a specification with. */
const EMBEDDED = { embedOptions: { actions: IMAGES_ONLY } };

/** One value in the forms a notebook may choose from, the richest that it knows first. */
export interface MimeBundle {
  /** For JupyterLab, which draws version 5 of Vega-Lite and not 6. */
  readonly "application/vnd.vegalite.v5+json": TopLevelSpec;
  /** Base64; for viewers that run no scripts, such as GitHub. */
  readonly "image/png": string;
  /** The table alone. */
  readonly "text/plain": string;
}

/**
 * The picture of a value with its figures in a small table below, and the table alone as text.
 *
 * @example
 * ```ts
 * import { mimeBundle } from "respath/notebook";
 * const bundle = await mimeBundle(predictPathLengths({ scheme: resolveScheme("sqrt2"), depth: 10 }));
 * Object.keys(bundle); // ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]
 * ```
 */
export async function mimeBundle(value: Showable): Promise<MimeBundle> {
  const table = tableOf(value);
  const spec = safePicture({ ...withTable(pictureOf(value), table), usermeta: EMBEDDED });
  const png = (await renderPlot(spec, "png")) as Uint8Array;
  return {
    "application/vnd.vegalite.v5+json": spec,
    "image/png": Buffer.from(png).toString("base64"),
    "text/plain": tableText(table),
  };
}

function pictureOf(value: Showable): TopLevelSpec {
  if (isDocument(value)) return plotOf(value);
  if (isDistribution(value)) return distributionPicture(value);
  return isProfile(value) ? profilePicture(value) : comparisonPicture(value);
}
