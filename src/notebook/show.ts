import { InvalidArgumentError } from "../network/errors.js";
import { type MimeBundle, mimeBundle } from "./mime-bundle.js";
import { type Showable, showableOf } from "./showable.js";

/** What a notebook's kernel asks the last expression of a cell for. */
export const JUPYTER_DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** A value that a notebook shows as a picture with a table. */
export interface Shown {
  [JUPYTER_DISPLAY](): Promise<MimeBundle>;
}

/**
 * Shows a value as a picture with a table where it is not the last expression of a cell:
 * `await Deno.jupyter.display(show(law))`.
 *
 * @throws InvalidArgumentError for a value that has no picture.
 * @example
 * ```ts
 * import { show } from "respath/notebook";
 * typeof show(harmonicLaw({ depth: 100, offset: 0 })); // "object"
 * ```
 */
export function show(value: Showable): Shown {
  if (!showableOf(value)) {
    const allowed = "a result document, a path-length distribution, a variance profile or a comparison";
    throw new InvalidArgumentError("value", JSON.stringify(value) ?? String(value), allowed);
  }
  return { [JUPYTER_DISPLAY]: () => mimeBundle(value) };
}
