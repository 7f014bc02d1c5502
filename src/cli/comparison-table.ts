import type { ComparedScheme, ComparisonDocument, LogNumber } from "../network/documents/comparison.js";
import { largest } from "../network/extremes.js";
import { grouped, percent } from "./output.js";

/** The table of a comparison: a line a scheme, columns aligned. */
export function comparisonTable({ schemes, within }: ComparisonDocument): string[] {
  const isWithin = within !== undefined;
  const isConstant = schemes.some(({ inputOverBranch }) => inputOverBranch !== undefined);
  const rows = [
    [
      "scheme",
      "total variance",
      "mean length",
      "97 % quantile",
      ...(isWithin ? [`P(K ≤ ${within})`] : []),
      ...(isConstant ? ["c = s_0/b"] : []),
      "gradient first/last",
      "float32 overflow at block",
    ],
    ...schemes.map((row) => [
      row.title,
      showLog(row.totalVariance),
      String(Number(row.meanLength.toPrecision(6))),
      grouped(row.quantile97),
      ...(isWithin ? [percent(row.probabilityWithin ?? Number.NaN)] : []),
      ...(isConstant ? [constantOf(row)] : []),
      showLog(row.gradientRatio),
      overflowOf(row),
    ]),
  ];
  const widths = rows[0].map((_, column) => largest(rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join("  ")
      .trimEnd(),
  );
}

/** s_0 of all rows; 0 is that of those which can be given it. */
export function comparedInput({ schemes }: ComparisonDocument): string {
  const variances = new Set(schemes.map(({ inputVariance = 1 }) => inputVariance));
  if (variances.size === 1) return `s_0 = ${[...variances][0]}`;
  return "s_0 = 0 where there is a normaliser in the branch, else 1";
}

/** Where the variance overflows, and where the activations do. */
function overflowOf({ overflowBlock, activationOverflowBlock }: ComparedScheme): string {
  if (overflowBlock === null) return "none";
  const activations =
    activationOverflowBlock === null ? "" : `, activations ${grouped(activationOverflowBlock)}`;
  return `variance ${grouped(overflowBlock)}${activations}`;
}

function constantOf({ inputOverBranch: c }: ComparedScheme): string {
  return c === undefined ? "-" : String(Number(c.toPrecision(6)));
}

/** A number to six digits, or in powers of ten where that is shorter; also beyond float64. */
export function showLog({ value, log10 }: LogNumber): string {
  if (log10 === null) return value === null ? "infinite" : "0";
  if (value !== null && value >= 1e-3 && value < 1e7) return String(Number(value.toPrecision(6)));
  let power = Math.floor(log10);
  let mantissa = (10 ** (log10 - power)).toPrecision(4);
  if (Number(mantissa) === 10) [mantissa, power] = ["1.000", power + 1];
  return `${mantissa}e${power}`;
}
