import type { TopLevelSpec } from "vega-lite";
import type { Comparison } from "../network/documents/verdict.js";
import { shortNumber, withError } from "../plot/labels.js";
import { COLORS, onePanel, type Panel } from "../plot/theme.js";
import { marginWords, statusWords } from "../plot/verdict-words.js";

/**
 * A measured mean with a bar of two standard errors to each side, and the theory as a rule; of a number that was judged the margin about
 * the theory and the confidence band about the mean too.
 */
export function comparisonPicture(comparison: Comparison): TopLevelSpec {
  const { mean, se, theory, z, margin, band } = comparison;
  const title = "Measured (blue, ± 2 standard errors) and theory (dashed)";
  const settings = `${withError(mean, se)} against ${shortNumber(theory, 6)}: ${shortNumber(Math.abs(z))} standard errors apart`;
  const judged = [
    ...(statusWords(comparison) === "" ? [] : [statusWords(comparison)]),
    ...(margin === undefined ? [] : [`grey: margin ${marginWords(comparison)}`]),
    ...(band === undefined ? [] : ["thin bar: confidence band"]),
  ].join("; ");
  const subtitle = [settings, ...(judged === "" ? [] : [judged])];
  const x = (field: string) => ({
    field,
    type: "quantitative",
    title: "value",
    scale: { zero: false, padding: 20 },
  });
  const row = {
    ...{ mean, low: mean - 2 * se, high: mean + 2 * se, theory },
    ...(margin === undefined ? {} : { least: theory - margin, most: theory + margin }),
    // A band is of the difference from the theory.
    ...(band === undefined ? {} : { from: theory + band.low, to: theory + band.high }),
  };
  const marks = [
    ...(margin === undefined
      ? []
      : [
          {
            mark: { type: "rect", color: COLORS.muted, opacity: 0.2 },
            encoding: { x: x("least"), x2: { field: "most" } },
          },
        ]),
    ...(band === undefined
      ? []
      : [
          {
            mark: { type: "rule", strokeWidth: 1, color: COLORS.skip },
            encoding: { x: x("from"), x2: { field: "to" } },
          },
        ]),
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
  ];
  return onePanel({ description: `${title}: ${subtitle.join("; ")}`, title, subtitle }, {
    height: 60,
    data: { values: [row] },
    layer: marks,
  } as Panel);
}
