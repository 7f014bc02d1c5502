/**
 * respath in a notebook: importing this makes result documents, path-length distributions, variance profiles and
 * comparisons with theory show their picture and a small table when they are the last expression of a cell.
 * A notebook's first cell has `import "respath/notebook";`, and everything else comes from `respath` as in a program.
 *
 * For kernels that know `Symbol.for("Jupyter.display")`, such as Deno's (docs/decisions/0004-notebook-display.md).
 */
import { showByItself } from "./show-by-itself.js";

export { type MimeBundle, mimeBundle } from "./mime-bundle.js";
export { type Shown, show } from "./show.js";
export type { Showable } from "./showable.js";

showByItself();
