import type { Comparison, NotJudged, Verdict, VerdictStatus } from "../network/documents/verdict.js";
import { CARRIED_BY_FEW } from "./carried-by-few.js";
import { holm } from "./corrections.js";
import {
  canAgree,
  canDiffer,
  type Family,
  FEWEST_TRIALS,
  type JudgedNumber,
  ROUNDING,
} from "./judged-number.js";
import { studentTwoSided } from "./student.js";
import { studentQuantile } from "./student-quantile.js";
import { type TrialsNeeded, trialsNeeded } from "./trials-needed.js";
import { reasonOf } from "./verdict-reason.js";

export const CONFIDENCE = 0.95;

export interface JudgeOptions {
  /** The numbers, by families that share the chance of being wrong equally; empty ones do not count. */
  readonly families: readonly Family[];
  /** 0.95 if absent. */
  readonly confidence?: number;
  /** A sentence to add when a number differs, or its bias is seen: what is known to cause it. */
  readonly whenDifferent?: string;
  /** What is not judged, and why, beside numbers that are not finite. */
  readonly notJudged?: readonly NotJudged[];
  /** What the trials are, in the plural, where the reason names how many are needed: "networks" if absent. */
  readonly unit?: string;
}

export interface Judged {
  readonly verdict: Verdict;
  /** The comparisons of the families, in their order, each with its p-values, margin, band and status. */
  readonly comparisons: readonly (readonly Comparison[])[];
}

/**
 * Judges numbers against their predictions, by the confidence intervals of their differences (Student's t) and their margins.
 *
 * - `differs` where an interval lies wholly outside the margin, corrected for the number of looks: by Holm within a family, and
 *   between families by their number. All families together are called wrong with a chance of 1 − confidence at most, if every
 *   expectation lies within its margin.
 * - `agrees` when every number's own interval lies inside its margin: as all must, no correction is due.
 * - `cannot-tell` otherwise, with the number of trials that would settle it; always with fewer than 3.
 *
 * A number that is not finite is not judged.
 */
export function judge(options: JudgeOptions): Judged {
  const { families, confidence = CONFIDENCE } = options;
  const error = 1 - confidence;
  const count = families.filter((family) => family.some(isLooked)).length;
  const judged = families.map((family) => judgeFamily(family, error / Math.max(1, count), error));
  const rows = judged.flat();
  const judgeable = rows.filter(({ number }) => isJudgeable(number));
  const notJudged = [
    ...(options.notJudged ?? []),
    ...families.flat().flatMap((number) => {
      const reason = whyNot(number);
      return reason ? [{ label: number.label, reason }] : [];
    }),
  ];
  const status = statusOf(judgeable);
  const biasSeen = judgeable.some(({ comparison }) => comparison.biasSeen === true);
  const deciding = status === "cannot-tell" ? decidingRow(judgeable) : undefined;
  const needed = deciding?.needed?.trials;
  const verdict: Verdict = {
    status,
    reason: reasonOf({ ...options, confidence, status, rows: judgeable, numbers: families.flat(), deciding }),
    confidence,
    biasSeen,
    ...(needed !== undefined && Number.isFinite(needed) ? { trialsNeeded: needed } : {}),
    ...(notJudged.length > 0 ? { notJudged } : {}),
  };
  return { verdict, comparisons: judged.map((family) => family.map(({ comparison }) => comparison)) };
}

/** A number with what was found of it. */
export interface JudgedRow {
  readonly number: JudgedNumber;
  readonly comparison: Comparison;
  readonly needed?: TrialsNeeded;
}

function judgeFamily(family: Family, familyError: number, error: number): JudgedRow[] {
  const looks = family.filter(isLooked);
  const correct = (p: (number: JudgedNumber) => number) =>
    new Map(holm(looks.map(p)).map((value, index) => [looks[index], value]));
  const share = error / familyError;
  const biasP = correct(({ comparison, freedom }) => studentTwoSided(comparison.z, freedom));
  const outsideP = correct(outsideOf);
  return family.map((number): JudgedRow => {
    const { comparison, freedom, margin, trials } = number;
    if (!hasValue(number)) return { number, comparison: { ...comparison, margin } };
    if (freedom < 1) return { number, comparison: { ...comparison, margin, status: "cannot-tell" } };
    const corrected = Math.min(1, share * (biasP.get(number) ?? 1));
    const outside = Math.min(1, share * (outsideP.get(number) ?? 1));
    const p = studentTwoSided(comparison.z, freedom);
    const measured = { ...comparison, p, ...(canDiffer(number) ? { pCorrected: corrected } : {}), margin };
    if (whyNot(number)) return { number, comparison: measured };
    if (!isJudgeable(number)) return { number, comparison: { ...measured, status: "cannot-tell" } };
    const { mean, se, theory } = comparison;
    const difference = mean - theory;
    const ownWidth = studentQuantile(error, freedom) * se;
    const looked = canDiffer(number) ? familyError / looks.length : error;
    const width = looked === error ? ownWidth : studentQuantile(looked, freedom) * se;
    const isInside = Math.abs(difference) + ownWidth <= margin + roundingOf(theory);
    const status: VerdictStatus =
      canDiffer(number) && outside < error
        ? "differs"
        : canAgree(number) && isInside
          ? "agrees"
          : "cannot-tell";
    const biasSeen = canDiffer(number) && corrected < error && comparison.z !== 0;
    return {
      number,
      comparison: {
        ...measured,
        band: { low: difference - width, high: difference + width },
        status,
        ...(biasSeen ? { biasSeen } : {}),
      },
      ...(status === "cannot-tell"
        ? {
            needed: trialsNeeded({ difference, se, margin, trials, freedom, inside: error, outside: looked }),
          }
        : {}),
    };
  });
}

/** The p-value of lying within the margin: two-sided, of what is left of z beyond it. */
function outsideOf({ comparison, freedom, margin }: JudgedNumber): number {
  const { mean, se, theory } = comparison;
  const beyond = Math.abs(mean - theory) - margin;
  if (beyond <= roundingOf(theory)) return 1;
  return studentTwoSided(beyond / se, freedom);
}

/** Differs where one does; agrees where all do that can; otherwise it cannot be told yet. */
export function statusOf(rows: readonly Pick<JudgedRow, "number" | "comparison">[]): VerdictStatus {
  if (rows.some(({ comparison }) => comparison.status === "differs")) return "differs";
  const agreeing = rows.filter(({ number }) => canAgree(number));
  const isAll = agreeing.length > 0 && agreeing.every(({ comparison }) => comparison.status === "agrees");
  return isAll ? "agrees" : "cannot-tell";
}

/**
 * The number that more trials would settle the verdict by: the one that needs fewest to differ, which is enough; or else the one that
 * needs most to agree, as all must.
 */
function decidingRow(rows: readonly JudgedRow[]): JudgedRow | undefined {
  const trialsOf = ({ needed }: JudgedRow) => needed?.trials ?? Number.POSITIVE_INFINITY;
  const towards = (side: TrialsNeeded["towards"]) => rows.filter(({ needed }) => needed?.towards === side);
  const [nearest] = towards("differs")
    .filter((row) => canDiffer(row.number) && Number.isFinite(trialsOf(row)))
    .sort((one, other) => trialsOf(one) - trialsOf(other));
  const [farthest] = rows
    .filter((row) => canAgree(row.number) && row.needed)
    .sort((one, other) => trialsOf(other) - trialsOf(one));
  return nearest ?? farthest;
}

function hasValue({ comparison }: JudgedNumber): boolean {
  return [comparison.mean, comparison.se, comparison.theory].every(Number.isFinite);
}

/** Whether a number is looked at for a difference, and so counts among the looks. */
function isLooked(number: JudgedNumber): boolean {
  return isJudgeable(number) && canDiffer(number);
}

function isJudgeable(number: JudgedNumber): boolean {
  return whyNot(number) === undefined && number.freedom >= FEWEST_TRIALS - 1;
}

/** Why a number is not judged, however many trials there are. */
function whyNot(number: JudgedNumber): string | undefined {
  if (!hasValue(number)) return "beyond float64";
  return number.isCarriedByFew ? CARRIED_BY_FEW : undefined;
}

function roundingOf(theory: number): number {
  return ROUNDING * Math.max(1, Math.abs(theory));
}
