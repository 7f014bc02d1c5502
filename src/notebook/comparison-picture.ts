import type { TopLevelSpec } from "vega-lite";
import type { Comparison } from "../network/documents/verdict.js";
import { shortNumber, withError } from "../plot/labels.js";
import { COLORS, onePanel, type Panel } from "../plot/theme.js";

/** A measured mean with a bar of two standard errors to each side, and the theory as a rule. */
export function comparisonPicture(comparison: Comparison): TopLevelSpec {
  const { mean, se, theory, z } = comparison;
  const title = "Measured (blue, ± 2 standard errors) and theory (dashed)";
  const settings = `${withError(mean, se)} against ${shortNumber(theory, 6)}: ${shortNumber(Math.abs(z))} standard errors apart`;
  const x = (field: string) => ({
    field,
    type: "quantitative",
    title: "value",
    scale: { zero: false, padding: 20 },
  });
  return onePanel({ description: `${title}: ${settings}`, title, subtitle: [settings] }, {
    height: 60,
    data: { values: [{ mean, low: mean - 2 * se, high: mean + 2 * se, theory }] },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 3, color: COLORS.skip },
        encoding: { x: x("low"), x2: { field: "high" } },
      },
      {
        mark: { type: "point", filled: true, size: 90, opacity: 1, color: COLORS.skip },
        encoding: { x: x("mean") },
      },
      {
        mark: { type: "rule", strokeWidth: 2, strokeDash: [5, 3], color: COLORS.theory },
        encoding: { x: x("theory") },
      },
    ],
  } as Panel);
}
