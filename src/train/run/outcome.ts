import { mean } from "simple-statistics";
import { meanWithError } from "../../compare/index.js";
import type { MeasuredBlock } from "../../network/documents.js";

/** How a training run ended. */
export interface Outcome {
  readonly outcome: "trained" | "stalled" | "diverged";
  /** The step from which on the run had diverged; its last one otherwise. */
  readonly step: number;
  /** One sentence. */
  readonly reason: string;
  /**
   * The mean training loss of the last steps, which the outcome was judged by, and s/√steps with the unbiased s, 0 of a single
   * step; absent where a loss was not finite.
   */
  readonly judged?: { readonly mean: number; readonly se: number; readonly steps: number };
}

export interface JudgeOptions {
  /** The loss of every step that was taken. */
  readonly losses: readonly number[];
  readonly classes: number;
  /** What in the network is not finite after the last step ({@link findNotFinite}); absent: nothing. */
  readonly notFinite?: string;
}

/** How far from chance the loss must be, in nats. */
const MARGIN = 0.1;
const FEWEST_STEPS = 20;
const SHARE_OF_STEPS = 0.05;
/** Steps in which a run may get over a bad start. */
const BUDGET = 100;
/** Of the last steps: by chance, a loss is above its median as often in 2 of 100 runs (of 20 steps). */
const SHARE_ABOVE = 0.75;

/**
 * Judges a run by its training losses, and by what the network is in the end.
 *
 * - `diverged`: a loss was not finite; or a signal in the network is not finite after the last step; or, in a run of at least
 *   100 steps, the loss is above its start: three quarters of the losses of the last max(20, 5 %) steps are above
 *   max(first loss, ln(classes)) + 0.1. A count, since the mean of an exploding loss has no usable standard error.
 * - `trained`: the mean loss of those steps, plus two of its standard errors, is below ln(classes) − 0.1. ln(classes) is
 *   what a network reaches that has learned nothing from the images. A single step, whose standard error is not known, is not
 *   enough.
 * - `stalled`: neither. A run that is too short to get there is stalled as well: the verdict is about the steps it had.
 *   So is one that blew up and has come back to chance.
 */
export function judgeOutcome({ losses, classes, notFinite }: JudgeOptions): Outcome {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  if (bad >= 0) return diverged(bad + 1, `the training loss was not finite at step ${bad + 1}`);
  const taken = losses.length;
  const steps = Math.min(taken, Math.max(FEWEST_STEPS, Math.ceil(SHARE_OF_STEPS * taken)));
  const last = losses.slice(-steps);
  const judged = { mean: mean(last), se: meanWithError(last).se, steps };
  if (notFinite) return { ...diverged(taken, `${notFinite} is not finite after step ${taken}`), judged };
  const chance = Math.log(classes);
  const limit = Math.max(losses[0], chance) + MARGIN;
  const above = last.filter((loss) => loss > limit).length;
  const isAbove = above >= SHARE_ABOVE * steps;
  const excess = `at ${above} of the last ${steps} steps the training loss is above ${limit.toPrecision(4)}, that is ${MARGIN} more than its start, ${losses[0].toPrecision(4)}, and than ln(${classes})`;
  if (isAbove && taken >= BUDGET) {
    const since = Math.min(taken, losses.findLastIndex((loss) => loss <= limit) + 2);
    return { ...diverged(since, excess), judged };
  }
  // What a single step is uncertain by is not known.
  const isBelow = steps > 1 && judged.mean + 2 * judged.se < chance - MARGIN;
  const figures =
    steps === 1
      ? `the training loss of one step, ${shown(judged.mean)},`
      : `the mean training loss of the last ${steps} steps, ${shown(judged.mean)} ± ${shown(judged.se)},`;
  const tooShort = isAbove ? `; ${excess}, which counts as divergence after ${BUDGET} steps` : "";
  return {
    outcome: isBelow ? "trained" : "stalled",
    step: taken,
    reason: `${figures} is ${isBelow ? "" : "not "}clearly below ${(chance - MARGIN).toFixed(3)}, that is ln(${classes}) − ${MARGIN}${tooShort}`,
    judged,
  };
}

function diverged(step: number, reason: string): Outcome {
  return { outcome: "diverged", step, reason };
}

function shown(loss: number): string {
  return loss < 1e6 ? loss.toFixed(3) : loss.toExponential(3);
}

export interface SignalsOptions {
  readonly blocks: readonly MeasuredBlock[];
  readonly logits: Float32Array;
}

/**
 * The first signal on the way through a network that is not finite.
 *
 * @returns such as "the variance of the branch of block 3"; undefined if all are finite.
 */
export function findNotFinite({ blocks, logits }: SignalsOptions): string | undefined {
  for (const { block, skip, branch } of blocks) {
    if (!Number.isFinite(skip)) return `the variance of the skip path of block ${block}`;
    if (!Number.isFinite(branch)) return `the variance of the branch of block ${block}`;
  }
  return logits.every(Number.isFinite) ? undefined : "a logit";
}
