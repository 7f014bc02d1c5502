import type { Comparison, NotJudged, Verdict, VerdictStatus } from "../network/documents/verdict.js";
import { CONFIDENCE } from "../network/settings/judgement.js";
import { isJudgeable, isLooked, type JudgedRow, judgeFamily, whyNot } from "./judge-family.js";
import { canAgree, canDiffer, type Family, type JudgedNumber } from "./judged-number.js";
import { trialsNeeded } from "./trials-needed.js";
import { type ReasonWords, reasonOf } from "./verdict-reason.js";

export interface JudgeOptions extends ReasonWords {
  /** The numbers, by families that share the chance of being wrong equally; empty ones do not count. */
  readonly families: readonly Family[];
  /** {@link CONFIDENCE} if absent. */
  readonly confidence?: number;
  /** What is not judged, and why, beside numbers that are not finite. */
  readonly notJudged?: readonly NotJudged[];
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
  const judged = families.map((family) =>
    judgeFamily(family, { error, familyError: error / Math.max(1, count) }),
  );
  const numbers = families.flat();
  const rows = judged.flat();
  const judgeable = rows.filter(({ number }) => isJudgeable(number));
  const notJudged = [
    ...(options.notJudged ?? []),
    ...numbers.flatMap((number) => {
      const reason = whyNot(number);
      return reason ? [{ label: number.label, reason }] : [];
    }),
  ];
  const status = statusOf(judgeable);
  const biasSeen = judgeable.some(({ comparison }) => comparison.biasSeen === true);
  const deciding = status === "cannot-tell" ? decidingRow(judgeable) : undefined;
  const needed = deciding?.open ? trialsNeeded(deciding.open.from).trials : Number.POSITIVE_INFINITY;
  const verdict: Verdict = {
    status,
    reason: reasonOf({ ...options, confidence, status, rows: judgeable, numbers, deciding, needed }),
    confidence,
    biasSeen,
    ...(Number.isFinite(needed) ? { trialsNeeded: needed } : {}),
    ...(notJudged.length > 0 ? { notJudged } : {}),
  };
  return { verdict, comparisons: judged.map((family) => family.map(({ comparison }) => comparison)) };
}

/** The status of numbers that are one whole, such as a curve, of their comparisons in the same order; and that bias is seen, where it is. */
export function statusOfWhole(
  numbers: readonly JudgedNumber[],
  comparisons: readonly Comparison[],
): { readonly status: VerdictStatus; readonly biasSeen?: true } {
  return {
    status: statusOf(numbers.map((number, index) => ({ number, comparison: comparisons[index] }))),
    ...(comparisons.some((one) => one.biasSeen) ? { biasSeen: true } : {}),
  };
}

/** Differs where one does; agrees where all do that can; otherwise it cannot be told yet. */
function statusOf(rows: readonly Pick<JudgedRow, "number" | "comparison">[]): VerdictStatus {
  if (rows.some(({ comparison }) => comparison.status === "differs")) return "differs";
  const agreeing = rows.filter(({ number }) => canAgree(number));
  const isAll = agreeing.length > 0 && agreeing.every(({ comparison }) => comparison.status === "agrees");
  return isAll ? "agrees" : "cannot-tell";
}

/**
 * The number that more trials would settle the verdict by: the one that needs fewest to differ, which is enough; or else the one that
 * needs most to agree, as all must. Which that is follows from the gaps to the margins in half-widths, whose squares the trials go by.
 */
function decidingRow(rows: readonly JudgedRow[]): JudgedRow | undefined {
  const open = rows.flatMap((row) => (row.open ? [{ row, ...row.open }] : []));
  const [nearest] = open
    .filter(({ row, towards, ease }) => towards === "differs" && ease > 0 && canDiffer(row.number))
    .sort((one, other) => other.ease - one.ease);
  const [farthest] = open
    .filter(({ row }) => canAgree(row.number))
    .sort((one, other) => one.ease - other.ease);
  return (nearest ?? farthest)?.row;
}
