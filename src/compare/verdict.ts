import type { Comparison, Verdict } from "../network/documents/verdict.js";
import { smallest } from "../network/extremes.js";
import { studentTwoSided } from "./student.js";

/** One number of a family that is judged together. */
export interface JudgedNumber {
  /** As it is named in the reason, such as "mean length". */
  readonly label: string;
  readonly comparison: Comparison;
  /** Degrees of freedom of the standard error: the trials − 1. */
  readonly freedom: number;
}

export interface VerdictOptions {
  readonly numbers: readonly JudgedNumber[];
  /** The chance of calling a family of true predictions wrong; 0.001 (3.3 standard errors for one number) if absent. */
  readonly significance?: number;
  /** A sentence to add when the numbers differ: what is known to cause it. */
  readonly whenDifferent?: string;
}

/** Below this, a standard error says nothing: with 2 trials it is itself wrong by a factor of 10 one time in 16. */
export const FEWEST_TRIALS = 3;

/**
 * Judges several numbers against their predictions at once, by Student's t and Holm's correction: `agrees` when none
 * differs, `inconclusive` with fewer than {@link FEWEST_TRIALS} trials, or when a number is not finite.
 */
export function judge(options: VerdictOptions): Verdict {
  const { numbers, significance = 0.001, whenDifferent } = options;
  if (numbers.some(({ freedom }) => freedom < FEWEST_TRIALS - 1)) {
    return {
      status: "inconclusive",
      reason: `a verdict needs the spread of at least ${FEWEST_TRIALS} trials`,
    };
  }
  const broken = numbers.find(({ comparison }) => Number.isNaN(comparison.z));
  if (numbers.length === 0 || broken) {
    return {
      status: "inconclusive",
      reason: broken ? `${broken.label} is not a number` : "nothing to judge",
    };
  }
  const p = correctedTogether(numbers).map(({ pCorrected = Number.NaN }) => pCorrected);
  const worst = p.indexOf(smallest(p));
  const { label, comparison } = numbers[worst];
  const { mean, se, theory, z } = comparison;
  const figures = `${label} ${format(mean)} ± ${format(se)} against ${format(theory)} (z = ${z.toFixed(1)})`;
  const family = numbers.length > 1 ? `, the farthest of ${numbers.length} numbers` : "";
  return p[worst] >= significance
    ? { status: "agrees", reason: `${figures}${family}` }
    : { status: "differs", reason: `${figures}${family}${whenDifferent ? `; ${whenDifferent}` : ""}` };
}

/**
 * The comparisons of a family with their p-values: each by Student's t, and corrected by Holm over those of the family
 * that have one. A number of a single trial, or one that is not a number, has none.
 */
export function correctedTogether(
  numbers: readonly Pick<JudgedNumber, "comparison" | "freedom">[],
): Comparison[] {
  const hasValue = ({ comparison, freedom }: (typeof numbers)[number]) =>
    freedom > 0 && !Number.isNaN(comparison.z);
  const p = numbers.filter(hasValue).map(({ comparison, freedom }) => studentTwoSided(comparison.z, freedom));
  const corrected = holm(p);
  let next = 0;
  return numbers.map((number) => {
    if (!hasValue(number)) return number.comparison;
    const index = next++;
    return { ...number.comparison, p: p[index], pCorrected: corrected[index] };
  });
}

/**
 * Holm's step-down correction: the adjusted p-values of a family, which stay valid however the numbers depend on each
 * other.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = new Array<number>(pValues.length);
  let running = 0;
  for (const [rank, index] of order.entries()) {
    running = Math.max(running, Math.min(1, (pValues.length - rank) * pValues[index]));
    adjusted[index] = running;
  }
  return adjusted;
}

function format(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "beyond float64";
}
