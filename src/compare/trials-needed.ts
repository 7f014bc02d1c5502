import { studentQuantile } from "./student-quantile.js";

/** The chance that the networks which are named settle it, if the difference is what it seems to be. */
const POWER = 0.8;
/** Its normal quantile: P(Z ≤ 0.8416) = 0.8. */
const POWER_QUANTILE = studentQuantile(2 * (1 - POWER), Number.POSITIVE_INFINITY);
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
 * About how many trials would put a number's interval inside its margin, or wholly outside, four times in five: the n with
 * (t + 0.84) s/√n = |margin − Δ|, s being the spread of one trial. Δ² is taken as difference² − se², which is right on average, and 0
 * where that is negative: a difference within its own error is no sign of one.
 */
export function trialsNeeded(options: TrialsNeededOptions): TrialsNeeded {
  const { difference, se, margin, trials, freedom, inside, outside } = options;
  const delta = Math.sqrt(Math.max(0, difference * difference - se * se));
  const towards = delta < margin ? "agrees" : "differs";
  const gap = Math.abs(margin - delta);
  const beyond = towards === "agrees" ? inside : outside;
  let needed = trials;
  // The quantile of so many trials follows from the number itself.
  for (let round = 0; round < 20 && needed <= MOST_TRIALS; round++) {
    const quantile = studentQuantile(beyond, (freedom * needed) / trials);
    const next = trials * ((quantile + POWER_QUANTILE) * (se / gap)) ** 2;
    if (Math.abs(next - needed) < 0.5) break;
    needed = round < 3 ? next : (needed + next) / 2;
    needed = Math.max(2, needed);
  }
  const more = Math.max(trials + 1, Math.ceil(needed));
  return { towards, trials: more <= MOST_TRIALS ? more : Number.POSITIVE_INFINITY };
}
