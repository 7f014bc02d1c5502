import type { TopLevelSpec } from "vega-lite";
import type { ValidationDocument } from "../network/documents.js";
import { InvalidArgumentError } from "../network/errors.js";
import { counted } from "./labels.js";
import { COLORS, onePanel, type Panel } from "./theme.js";
import { labelAxis, namedNumbers } from "./validation-labels.js";

/** Numbers further from their theory are drawn at this z, as an arrow head. */
const FURTHEST = 6;

/**
 * How far every number of a report of before there were margins lies from its theory, in standard errors, by claim.
 *
 * @throws InvalidArgumentError when no number has a z-score.
 */
export function validationScores(document: ValidationDocument): TopLevelSpec {
  const rows = namedNumbers(document).flatMap(({ claim, label, number: { z } }): Row[] =>
    z === undefined || z === null || !Number.isFinite(z)
      ? []
      : [{ claim, label, z, shown: clamp(z), side: sideOf(z) }],
  );
  if (rows.length === 0) {
    throw new InvalidArgumentError(
      "claims",
      counted(document.claims.length, "claim"),
      "claims with a margin or a z-score among their numbers",
    );
  }
  const claims = [...new Set(rows.map(({ claim }) => claim))];
  const beyond = rows.filter(({ z }) => Math.abs(z) > 3).length;
  const title = "Distance of every number from its theory";
  const subtitle = `${counted(rows.length, "number")} of ${counted(document.claims.length, "claim")}, in standard errors; bands at ±2 and ±3${beyond > 0 ? `; ${beyond} beyond ±3` : ""}`;
  const labels = [...new Set(rows.map(({ label }) => label))];
  const { axis, width } = labelAxis(labels);
  const picture = { description: `${title}: ${subtitle}.`, title, subtitle: [subtitle] };
  return { ...onePanel(picture, panel(rows, { claims, labels, axis })), width } as TopLevelSpec;
}

interface Row {
  readonly claim: string;
  readonly label: string;
  readonly z: number;
  readonly shown: number;
  readonly side: "inside" | "left" | "right";
}

function panel(
  rows: readonly Row[],
  {
    claims,
    labels,
    axis,
  }: { readonly claims: readonly string[]; readonly labels: readonly string[]; readonly axis: object },
): Panel {
  const x = {
    type: "quantitative",
    title: "z = (value − theory) / standard error",
    scale: { domain: [-FURTHEST - 0.3, FURTHEST + 0.3], nice: false },
    axis: { values: [-6, -4, -3, -2, 0, 2, 3, 4, 6], labelExpr: "replace(datum.label, '-', '−')" },
  };
  const band = (bound: number, opacity: number) => ({
    data: { values: [{ low: -bound, high: bound }] },
    mark: { type: "rect", color: COLORS.third, opacity },
    encoding: { x: { ...x, field: "low" }, x2: { field: "high" } },
  });
  return {
    height: 20 * labels.length,
    data: { values: rows },
    layer: [
      band(3, 0.1),
      band(2, 0.14),
      {
        mark: { type: "point", filled: true, size: 55, opacity: 1, tooltip: true },
        encoding: {
          x: { ...x, field: "shown" },
          y: {
            field: "label",
            type: "nominal",
            title: null,
            sort: labels,
            axis,
          },
          color: {
            field: "claim",
            type: "nominal",
            scale: {
              domain: claims,
              range: claims.map((_, index) => [COLORS.skip, COLORS.branch][index % 2]),
            },
            legend: null,
          },
          shape: {
            field: "side",
            type: "nominal",
            scale: {
              domain: ["inside", "left", "right"],
              range: ["circle", "triangle-left", "triangle-right"],
            },
            legend: null,
          },
        },
      },
    ],
  } as Panel;
}

function clamp(z: number): number {
  return Math.max(-FURTHEST, Math.min(FURTHEST, z));
}

function sideOf(z: number): Row["side"] {
  return z < -FURTHEST ? "left" : z > FURTHEST ? "right" : "inside";
}
