import type { TopLevelSpec } from "vega-lite";
import type { ValidationDocument } from "../network/documents.js";
import { verdictLabel } from "../network/verdict-label.js";
import type { PlotsOf } from "./plot.js";
import { marginRows, validationMargins } from "./validation-margins.js";
import { validationScores } from "./validation-scores.js";

/**
 * How far every number of the report lies from its theory, by claim: in units of its margin; in standard errors in a report of before
 * there were margins.
 *
 * @throws InvalidArgumentError when no number has a margin or a z-score.
 */
export function validation(document: ValidationDocument): TopLevelSpec {
  const rows = marginRows(document);
  return rows.length > 0 ? validationMargins(document, rows) : validationScores(document);
}

export const VALIDATION: PlotsOf<"validation"> = {
  validation: {
    draw: validation,
    table: ({ claims }) => {
      const hasOwnScale = claims.some(({ atPaperScale }) => atPaperScale);
      return {
        columns: ["claim", "verdict", ...(hasOwnScale ? ["at the paper's scale"] : [])],
        rows: claims.map(({ title, verdict, atPaperScale }) => [
          title,
          verdictLabel(verdict),
          ...(hasOwnScale ? [atPaperScale ? verdictLabel(atPaperScale) : ""] : []),
        ]),
      };
    },
  },
};
