import type { Comparison, VerdictStatus } from "../network/documents/verdict.js";
import { CARRIED_BY_FEW } from "./carried-by-few.js";
import { ROUNDING } from "./comparison.js";
import { holm } from "./corrections.js";
import { canDiffer, type Family, FEWEST_TRIALS, type JudgedNumber } from "./judged-number.js";
import { studentTwoSided } from "./student.js";
import { studentQuantile } from "./student-quantile.js";
import { seemingDifference, type TrialsNeeded, type TrialsNeededOptions } from "./trials-needed.js";

/** A number with what was found of it. */
export interface JudgedRow {
  readonly number: JudgedNumber;
  readonly comparison: Comparison;
  /** Of a number of which it cannot be told. */
  readonly open?: OpenNumber;
}

interface OpenNumber {
  /** What the trials follow from that would settle it. */
  readonly from: TrialsNeededOptions;
  /** To which side, as it seems, and how many half-widths of its interval there are between it and the margin. */
  readonly towards: TrialsNeeded["towards"];
  readonly ease: number;
}

export interface FamilyOptions {
  /** The chance of being wrong of the whole verdict, which an interval of one number has, and the family's share of it. */
  readonly error: number;
  readonly familyError: number;
}

/** Judges the numbers of a family, each by itself (`judge`). */
export function judgeFamily(family: Family, { error, familyError }: FamilyOptions): JudgedRow[] {
  const looks = family.filter(isLooked);
  const correct = (p: (number: JudgedNumber) => number) =>
    new Map(
      holm(looks.map(p)).map((value, index) => [looks[index], Math.min(1, (error / familyError) * value)]),
    );
  const biasP = correct(({ comparison, freedom }) => studentTwoSided(comparison.z, freedom));
  const outsideP = correct(outsideOf);
  const quantile = eachOnce(studentQuantile);
  return family.map((number): JudgedRow => {
    const { comparison, freedom, margin, trials } = number;
    if (!hasValue(number)) {
      return { number, comparison: { ...comparison, ...(Number.isFinite(margin) ? { margin } : {}) } };
    }
    if (freedom < 1) return { number, comparison: { ...comparison, margin, status: "cannot-tell" } };
    const pCorrected = biasP.get(number);
    const measured: Comparison = {
      ...comparison,
      p: studentTwoSided(comparison.z, freedom),
      ...(pCorrected === undefined ? {} : { pCorrected }),
      margin,
    };
    if (whyNot(number)) return { number, comparison: measured };
    if (!isJudgeable(number)) return { number, comparison: { ...measured, status: "cannot-tell" } };
    const { mean, se, theory } = comparison;
    const difference = mean - theory;
    const looked = canDiffer(number) ? familyError / looks.length : error;
    const [ownWidth, width] = [quantile(error, freedom) * se, quantile(looked, freedom) * se];
    const isInside = Math.abs(difference) + ownWidth <= margin + roundingOf(theory);
    const isOutside = (outsideP.get(number) ?? 1) < error;
    const status: VerdictStatus = isOutside ? "differs" : isInside ? "agrees" : "cannot-tell";
    const biasSeen = pCorrected !== undefined && pCorrected < error;
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
            open: openNumber(
              { difference, se, margin, trials, freedom, inside: error, outside: looked },
              { inside: ownWidth, outside: width },
            ),
          }
        : {}),
    };
  });
}

function openNumber(
  from: TrialsNeededOptions,
  halfWidth: { readonly inside: number; readonly outside: number },
): OpenNumber {
  const { towards, gap } = seemingDifference(from);
  return { from, towards, ease: gap / (towards === "agrees" ? halfWidth.inside : halfWidth.outside) };
}

/** A function of two numbers that works each value out once: those of a family mostly have one number of trials. */
function eachOnce(f: (a: number, b: number) => number): typeof f {
  const known = new Map<string, number>();
  return (a, b) => {
    const key = `${a} ${b}`;
    const value = known.get(key) ?? f(a, b);
    known.set(key, value);
    return value;
  };
}

/** The p-value of lying within the margin: two-sided, of what is left of z beyond it. */
function outsideOf({ comparison, freedom, margin }: JudgedNumber): number {
  const { mean, se, theory } = comparison;
  const beyond = Math.abs(mean - theory) - margin;
  if (beyond <= roundingOf(theory)) return 1;
  return studentTwoSided(beyond / se, freedom);
}

function hasValue({ comparison }: JudgedNumber): boolean {
  return [comparison.mean, comparison.se, comparison.theory].every(Number.isFinite);
}

/** Whether a number is looked at for a difference, and so counts among the looks. */
export function isLooked(number: JudgedNumber): boolean {
  return isJudgeable(number) && canDiffer(number);
}

export function isJudgeable(number: JudgedNumber): boolean {
  return whyNot(number) === undefined && number.trials >= FEWEST_TRIALS;
}

/** Why a number is not judged, however many trials there are. */
export function whyNot(number: JudgedNumber): string | undefined {
  if (!hasValue(number)) return "beyond float64";
  return number.isCarriedByFew ? CARRIED_BY_FEW : undefined;
}

function roundingOf(theory: number): number {
  return ROUNDING * Math.max(1, Math.abs(theory));
}
