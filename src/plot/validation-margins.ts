import type { TopLevelSpec } from "vega-lite";
import type { VerdictStatus } from "../network/documents/verdict.js";
import type { ClaimNumber, ValidationDocument } from "../network/documents.js";
import { largest } from "../network/extremes.js";
import { statusLabel } from "../network/verdict-label.js";
import { counted, shortNumber } from "./labels.js";
import { tallyOfClaims } from "./tally.js";
import { COLORS, onePanel, type Panel } from "./theme.js";
import { labelAxis, namedNumbers } from "./validation-labels.js";

/** What lies further out, in margins, is an arrow head at the edge; so much is shown at least. */
const [FURTHEST, NEAREST] = [8, 2];

/** Pixels of the second line of one legend and of the other. */
const LEGENDS = 60;

/** What can be found of a number, in the order and the colours of the legend. */
const FOUND = [
  [statusLabel("agrees"), COLORS.third],
  [statusLabel("cannot-tell"), COLORS.amber],
  [statusLabel("differs"), COLORS.branch],
  ["not judged", COLORS.muted],
] as const;

/** The shapes of numbers whose band has the theory in it, and of those whose bias is seen. */
const SHAPES = [
  ["the band holds the theory", "circle"],
  ["bias seen: the band excludes the theory", "diamond"],
] as const;

/** A number in units of its margin. */
interface Row {
  readonly label: string;
  readonly found: string;
  readonly bias: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** The numbers that have a margin, each as its difference from the theory and the band of that, in units of the margin. */
export function marginRows(document: ValidationDocument): Row[] {
  return namedNumbers(document).flatMap(({ label, number }) => {
    const { value, theory, margin, band } = number;
    if (typeof value !== "number" || typeof theory !== "number" || !margin) return [];
    const [difference, low, high] = [
      value - theory,
      band?.low ?? value - theory,
      band?.high ?? value - theory,
    ].map((one) => one / margin);
    if (![difference, low, high].every(Number.isFinite)) return [];
    const bias = SHAPES[number.biasSeen ? 1 : 0][0];
    return [{ label, found: foundOf(number), bias, difference, low, high }];
  });
}

function foundOf({ status, notJudged }: ClaimNumber): string {
  return notJudged === undefined && status !== undefined
    ? statusLabel(status as VerdictStatus)
    : "not judged";
}

/** The differences of all numbers from their theories with their bands, each in units of its own margin. */
export function validationMargins(document: ValidationDocument, rows: readonly Row[]): TopLevelSpec {
  const title = `The claims: ${tallyOfClaims(document.claims)}`;
  const confidence = largest(
    document.claims.flatMap(({ verdict }) => (verdict.confidence === 1 ? [] : (verdict.confidence ?? []))),
    0,
  );
  const sure = confidence > 0 ? `${shortNumber(100 * confidence)} % band` : "band";
  const subtitle = [
    `${counted(rows.length, "number")}: value − theory with its ${sure}, each in units of its own margin (shaded: ±1).`,
    "Bars are bands of a claim's numbers together, wider than the interval of one, by which it agrees.",
    "What has no margin is in the tables.",
  ];
  const labels = [...new Set(rows.map(({ label }) => label))];
  const { axis, width } = labelAxis(labels);
  const picture = { description: `${title}. ${subtitle.join(" ")}`, title, subtitle };
  return { ...onePanel(picture, panel(rows, { labels, axis })), width } as TopLevelSpec;
}

function panel(
  rows: readonly Row[],
  { labels, axis }: { readonly labels: readonly string[]; readonly axis: object },
): Panel {
  const reach = largest(rows.map(({ low, high, difference }) => Math.max(-low, high, Math.abs(difference))));
  const edge = Math.min(FURTHEST, Math.max(NEAREST, Math.ceil(reach)));
  const clamp = (value: number) => Math.max(-edge, Math.min(edge, value));
  const shown = rows.map((row) => ({
    ...row,
    from: clamp(row.low),
    to: clamp(row.high),
    at: Math.abs(row.difference) > edge ? null : row.difference,
    left: Math.min(row.low, row.difference) < -edge ? -edge : null,
    right: Math.max(row.high, row.difference) > edge ? edge : null,
  }));
  const x = {
    type: "quantitative",
    title: "(value − theory) / margin",
    scale: { domain: [-edge - 0.3, edge + 0.3], nice: false },
    axis: { tickMinStep: 1, tickCount: 9, labelExpr: "replace(datum.label, '-', '−')" },
  };
  const y = { field: "label", type: "nominal", title: null, sort: labels, axis };
  const counts = (found: string) => rows.filter((row) => row.found === found).length;
  const found = FOUND.filter(([name]) => counts(name) > 0);
  const names = Object.fromEntries(found.map(([name]) => [name, `${name} (${counts(name)})`]));
  const color = {
    field: "found",
    type: "nominal",
    scale: { domain: found.map(([name]) => name), range: found.map(([, value]) => value) },
    legend: {
      labelExpr: `(${JSON.stringify(names)})[datum.label]`,
      symbolType: "square",
      symbolStrokeWidth: 0,
      // Beside long labels there is no room for four in a row.
      columns: 2,
    },
  };
  const shape = {
    field: "bias",
    type: "nominal",
    scale: { domain: SHAPES.map(([name]) => name), range: SHAPES.map(([, mark]) => mark) },
    legend: {
      orient: "bottom",
      direction: "vertical",
      symbolFillColor: COLORS.theory,
      symbolStrokeWidth: 0,
      symbolSize: 90,
    },
  };
  const arrow = (side: "left" | "right") => ({
    transform: [{ filter: `isValid(datum.${side})` }],
    mark: { type: "point", shape: `triangle-${side}`, filled: true, size: 70, opacity: 1, tooltip: true },
    encoding: { x: { ...x, field: side }, y, color },
  });
  return {
    height: 20 * labels.length + LEGENDS,
    data: { values: shown },
    layer: [
      {
        data: { values: [{ low: -1, high: 1 }] },
        mark: { type: "rect", color: COLORS.third, opacity: 0.14 },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" } },
      },
      {
        data: { values: [{ theory: 0 }] },
        mark: { type: "rule", color: COLORS.theory, strokeWidth: 1, strokeDash: [4, 3] },
        encoding: { x: { ...x, field: "theory" } },
      },
      {
        mark: { type: "rule", strokeWidth: 2.5 },
        encoding: { x: { ...x, field: "from" }, x2: { field: "to" }, y, color },
      },
      arrow("left"),
      arrow("right"),
      {
        transform: [{ filter: "isValid(datum.at)" }],
        mark: {
          type: "point",
          filled: true,
          size: 90,
          opacity: 1,
          stroke: "white",
          strokeWidth: 1,
          tooltip: true,
        },
        encoding: { x: { ...x, field: "at" }, y, color, shape },
      },
    ],
  } as Panel;
}
