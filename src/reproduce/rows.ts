import { judge, statusOfWhole } from "../compare/judge.js";
import { FEWEST_TRIALS, type JudgedNumber } from "../compare/judged-number.js";
import { marginOf } from "../compare/margin.js";
import { studentQuantile } from "../compare/student-quantile.js";
import type { Comparison, JudgedCurve } from "../network/documents/verdict.js";
import type { ClaimNumber } from "../network/documents.js";
import { curveRow, isEnd } from "../network/judged-curve.js";
import { CONFIDENCE } from "../network/settings/judgement.js";

/** A compared number as a row of the report. */
export function comparisonRow(
  { label, curve }: Pick<JudgedNumber, "label" | "curve">,
  comparison: Comparison,
): ClaimNumber {
  const { mean, se, theory, z, margin, band, status, biasSeen } = comparison;
  return {
    label,
    value: mean,
    se,
    theory,
    z,
    margin,
    band,
    status,
    ...(biasSeen ? { biasSeen } : {}),
    ...(curve === undefined ? {} : { isRelative: true }),
  };
}

/** A row that the verdict is not about, with the reason, and the band that the number has by itself. */
export function unjudgedRow(options: {
  readonly label: string;
  readonly comparison: Pick<Comparison, "mean" | "se" | "theory" | "margin">;
  readonly trials: number;
  readonly notJudged: string;
  readonly isRelative?: boolean;
}): ClaimNumber {
  const { label, comparison, trials, notJudged, isRelative = false } = options;
  const { mean, se, theory, margin = marginOf(theory) } = comparison;
  const difference = mean - theory;
  const row = { label, value: mean, se, theory, z: difference / se, margin, notJudged };
  const relative = isRelative ? { isRelative } : {};
  if (trials < FEWEST_TRIALS) return { ...row, ...relative };
  const width = studentQuantile(1 - CONFIDENCE, trials - 1) * se;
  const band = { low: difference - width, high: difference + width };
  const biasSeen = band.low > 0 || band.high < 0;
  return { ...row, band, ...(biasSeen ? { biasSeen } : {}), ...relative };
}

/** A number of a document as one that a claim judges. */
export function judgedOf(label: string, comparison: Comparison, trials: number): JudgedNumber {
  const { mean, se, theory, z, margin = marginOf(comparison.theory) } = comparison;
  return { label, comparison: { mean, se, theory, z }, margin, trials, freedom: trials - 1 };
}

/** Numbers and curves of one document, judged together: the verdict, and the rows of the report. */
export function judgeRows(options: {
  readonly numbers: readonly JudgedNumber[];
  readonly curves: readonly JudgedCurve[];
  readonly trials: number;
  readonly whenDifferent?: string;
}) {
  const { numbers, curves, trials, whenDifferent } = options;
  const ofCurves = curves.map((curve) => numbersOfCurve(curve, trials));
  const { verdict, comparisons } = judge({ families: [[...numbers, ...ofCurves.flat()]], whenDifferent });
  const [all] = comparisons;
  let next = numbers.length;
  const curveRows = curves.map((curve, index): ClaimNumber => {
    const judged = rejudged(curve, ofCurves[index], all.slice(next, next + ofCurves[index].length));
    next += ofCurves[index].length;
    const { label, comparison } = curveRow(judged);
    return comparisonRow({ label: `${label}: off its prediction`, curve: label }, comparison);
  });
  const rows = [...numbers.map((number, index) => comparisonRow(number, all[index])), ...curveRows];
  return { verdict, rows };
}

function numbersOfCurve({ label, contrasts, farthest }: JudgedCurve, trials: number): JudgedNumber[] {
  return [
    ...contrasts.map((one): JudgedNumber => {
      return {
        ...judgedOf(`${label}, ${one.contrast}`, one, trials),
        curve: label,
        ...(isEnd(one.contrast) ? {} : { decides: "differs" }),
      };
    }),
    // Where the parabola reaches farthest it lies within the margin if it does everywhere.
    ...(farthest
      ? [
          {
            ...judgedOf(`${label}, around block ${farthest.block}`, farthest, trials),
            curve: label,
            decides: "agrees" as const,
          },
        ]
      : []),
  ];
}

function rejudged(
  curve: JudgedCurve,
  numbers: readonly JudgedNumber[],
  comparisons: readonly Comparison[],
): JudgedCurve {
  const { contrasts, farthest } = curve;
  const { biasSeen: _, ...rest } = curve;
  return {
    ...rest,
    contrasts: contrasts.map(({ contrast }, index) => ({ contrast, ...comparisons[index] })),
    ...(farthest ? { farthest: { ...comparisons[contrasts.length], block: farthest.block } } : {}),
    ...statusOfWhole(numbers, comparisons),
  };
}
