import type { Comparison, JudgedCurve, NotJudged, Verdict } from "../network/documents/verdict.js";
import { curveRow } from "../network/judged-curve.js";
import { statusLabel, verdictLabel, withBias } from "../network/verdict-label.js";
import { shortNumber, signedPercent, withError } from "./labels.js";

/** What a document concluded: "differs, bias seen", and of one of before there were margins "no difference found". */
export function verdictWords(verdict: Verdict): string {
  return withBias(verdictLabel(verdict), verdict.biasSeen);
}

/** A number beside what it is judged against: "3.48 ± 0.02 (theory 3.53, margin ±0.071)". */
export function valueWords(number: Comparison): string {
  const { mean, se, theory, margin } = number;
  const beside = margin === undefined ? "" : `, margin ${marginWords(number)}`;
  return `${withError(mean, se)} (theory ${shortNumber(theory, 4)}${beside})`;
}

/** The same with what came of it, if anything did: "3.48 ± 0.02 (theory 3.53, margin ±0.071): agrees". */
export function numberWords(number: Comparison): string {
  return [valueWords(number), ...[statusWords(number)].filter((status) => status !== "")].join(": ");
}

export function marginWords({ margin = Number.NaN }: Comparison): string {
  return `±${shortNumber(margin, 2)}`;
}

/** The status of one number; "not judged" where it has a margin alone, and nothing of a document of before there were any. */
export function statusWords({ status, biasSeen, margin }: Comparison): string {
  if (status !== undefined) return withBias(statusLabel(status), biasSeen);
  return margin === undefined ? "" : "not judged";
}

/** The status of a curve, and by how much it is off where that is seen: "differs, level +4.2 %, bias seen". */
export function curveWords(curve: JudgedCurve): string {
  const { status, biasSeen } = curve;
  const { part, comparison } = curveRow(curve);
  const place = part === "first" || part === "last" ? `${part} block` : part;
  const isOff = status === "differs" || biasSeen;
  return withBias(
    [statusLabel(status), ...(isOff ? [`${place} ${signedPercent(comparison.mean)}`] : [])].join(", "),
    biasSeen,
  );
}

/** What was judged of a document: its verdict, and the curves by block if it has any. */
interface Judged {
  readonly verdict: Verdict;
  readonly curves?: readonly JudgedCurve[];
}

/** How sure a verdict is, the margins of what is judged by block, and what is not; nothing of a document of before there were margins. */
export function judgementLines({ verdict, curves = [] }: Judged): readonly string[] {
  const { confidence, notJudged = [] } = verdict;
  const margins = new Set(curves.flatMap(({ contrasts }) => contrasts[0].margin ?? []));
  const byBlock = [...margins].map(percentMargin).join(" and ");
  const judged = [
    `Judged with ${shortNumber(100 * (confidence ?? Number.NaN), 8)} % confidence`,
    ...(byBlock === "" ? [] : [`margin by block ${byBlock} (grey)`]),
  ].join("; ");
  return [
    ...(confidence === undefined ? [] : [judged]),
    ...(notJudged.length === 0 ? [] : [`Not judged: ${byReason(notJudged).join("; ")}`]),
  ];
}

/** The same for a picture of a part of the document, which the verdict may not be about. */
export function wholeVerdictLines(document: Judged): readonly string[] {
  const lines = judgementLines(document);
  return lines.length === 0 ? [] : [`All of the sample: ${verdictWords(document.verdict)}`, ...lines];
}

/** A margin that is a share of a prediction: "±2 %". */
export function percentMargin(margin: number): string {
  return `±${shortNumber(100 * margin)} %`;
}

/** "a, b (reason)". */
function byReason(notJudged: readonly NotJudged[]): string[] {
  const labels = new Map<string, string[]>();
  for (const { label, reason } of notJudged) labels.set(reason, [...(labels.get(reason) ?? []), label]);
  return [...labels].map(([reason, all]) => `${all.join(", ")} (${reason})`);
}
