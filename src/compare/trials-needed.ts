import { errorFunction } from "simple-statistics";
import { decreasingRoot } from "./root.js";
import { studentQuantile } from "./student-quantile.js";

/** The chance that the networks which are named settle it, if the difference is what it seems to be. */
const POWER = 0.8;
/** Relative error of the quantiles, which is twice as large in the trials. */
const TOLERANCE = 1e-5;
/** More than anybody draws. */
const MOST_TRIALS = 1e6;

export interface TrialsNeededOptions {
  readonly difference: number;
  readonly se: number;
  readonly margin: number;
  readonly trials: number;
  readonly freedom: number;
  /** The chance of being wrong of the interval that must lie inside the margin, and of the one that must lie outside. */
  readonly inside: number;
  readonly outside: number;
}

/** What a number needs to be settled, and to which side. */
export interface TrialsNeeded {
  readonly towards: "agrees" | "differs";
  /** Infinity where it is more than a million: the difference is the margin, as far as can be seen. */
  readonly trials: number;
}

/**
 * What a difference seems to be: Δ² is taken as difference² − se², which is right on average, and 0 where that is negative: a difference
 * within its own error is no sign of one. `gap` is how far that is from the margin.
 */
export function seemingDifference({
  difference,
  se,
  margin,
}: Pick<TrialsNeededOptions, "difference" | "se" | "margin">) {
  const delta = Math.sqrt(Math.max(0, difference * difference - se * se));
  const towards: TrialsNeeded["towards"] = delta < margin ? "agrees" : "differs";
  return { delta, towards, gap: Math.abs(margin - delta) };
}

/**
 * About how many trials would put a number's interval inside its margin, or wholly outside, four times in five: the n with
 * (t + u) s/√n = |margin − Δ|, s being the spread of one trial, t the interval's quantile and u the normal one of what the mean may
 * stray: 0.84 towards the margin, and 1.28 where Δ is 0 and there is a margin on both sides.
 */
export function trialsNeeded(options: TrialsNeededOptions): TrialsNeeded {
  const { se, trials, freedom, inside, outside } = options;
  const { delta, towards, gap } = seemingDifference(options);
  const beyond = towards === "agrees" ? inside : outside;
  let needed = trials;
  // Both quantiles follow from the number itself.
  for (let round = 0; round < 20 && needed <= MOST_TRIALS; round++) {
    const error = se * Math.sqrt(trials / needed);
    const strays = strayQuantile(towards === "agrees" ? (2 * delta) / error : Number.POSITIVE_INFINITY);
    const quantile = studentQuantile(beyond, (freedom * needed) / trials, TOLERANCE);
    const next = Math.max(2, trials * ((quantile + strays) * (se / gap)) ** 2);
    if (Math.abs(next - needed) < 0.5) break;
    needed = round < 3 ? next : (needed + next) / 2;
  }
  const more = Math.max(trials + 1, Math.ceil(needed));
  return { towards, trials: more <= MOST_TRIALS ? more : Number.POSITIVE_INFINITY };
}

/** The u with Φ(u) + Φ(u + apart) − 1 = 0.8: how far a mean may stray between margins of which the far one is that much farther. */
function strayQuantile(apart: number): number {
  const tail = (u: number) => (1 - errorFunction(u / Math.SQRT2)) / 2;
  const excess = (u: number) => tail(u) + tail(u + apart) - (1 - POWER);
  return decreasingRoot(excess, { low: 0.5, high: 2, tolerance: TOLERANCE });
}
