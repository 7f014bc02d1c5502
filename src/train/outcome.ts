import { mean, standardDeviation } from "simple-statistics";

/** How a training run ended. */
export interface Outcome {
  readonly outcome: "trained" | "stalled" | "diverged";
  /** One sentence. */
  readonly reason: string;
  /** The mean training loss of the last steps, which the outcome was judged by; absent for a diverged run. */
  readonly judged?: { readonly mean: number; readonly se: number; readonly steps: number };
}

export interface JudgeOptions {
  /** The loss of every step that was taken. */
  readonly losses: readonly number[];
  readonly classes: number;
}

/** How far below chance the loss must be, in nats. */
const MARGIN = 0.1;
const FEWEST_STEPS = 20;
const SHARE_OF_STEPS = 0.05;

/**
 * Judges a run by its training losses.
 *
 * - `diverged`: a loss was not finite.
 * - `trained`: the mean loss of the last max(20, 5 %) steps, plus two of its standard errors, is below ln(classes) − 0.1.
 *   ln(classes) is what a network reaches that has learned nothing from the images.
 * - `stalled`: neither. A run that is too short to get there is stalled as well: the verdict is about the steps it had.
 */
export function judgeOutcome({ losses, classes }: JudgeOptions): Outcome {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  if (bad >= 0) {
    return { outcome: "diverged", reason: `the training loss was not finite at step ${bad + 1}` };
  }
  const steps = Math.min(losses.length, Math.max(FEWEST_STEPS, Math.ceil(SHARE_OF_STEPS * losses.length)));
  const last = losses.slice(-steps);
  const judged = { mean: mean(last), se: standardDeviation(last) / Math.sqrt(steps), steps };
  const chance = Math.log(classes);
  const isBelow = judged.mean + 2 * judged.se < chance - MARGIN;
  const figures = `the mean training loss of the last ${steps} ${steps === 1 ? "step" : "steps"}, ${judged.mean.toFixed(3)} ± ${judged.se.toFixed(3)},`;
  return {
    outcome: isBelow ? "trained" : "stalled",
    reason: `${figures} is ${isBelow ? "" : "not "}clearly below ${(chance - MARGIN).toFixed(3)}, that is ln(${classes}) − ${MARGIN}`,
    judged,
  };
}
