import { InvalidArgumentError } from "../../network/errors.js";
import type { LearningRate, ScheduleName } from "../../network/settings/learning-rate.js";
import { requireLength, type TrainingLength } from "../../network/settings/training-length.js";

export interface StepsOfOptions {
  /** What a complaint calls the length. */
  readonly argument: string;
  readonly length: TrainingLength;
  readonly stepsPerEpoch: number;
}

/**
 * The steps of a length, at least one: epochs are rounded.
 *
 * @throws InvalidArgumentError for more of them than can be counted one by one.
 */
export function stepsOf({ argument, length, stepsPerEpoch }: StepsOfOptions): number {
  if ("steps" in length) return length.steps;
  const steps = Math.max(1, Math.round(length.epochs * stepsPerEpoch));
  if (steps <= Number.MAX_SAFE_INTEGER) return steps;
  const most = Math.floor(Number.MAX_SAFE_INTEGER / stepsPerEpoch);
  throw new InvalidArgumentError(
    argument,
    length.epochs,
    `at most ${most} epochs here, of ${stepsPerEpoch} steps each`,
  );
}

/**
 * Checks a warm-up as far as it can be without knowing how many steps an epoch has.
 *
 * @throws InvalidArgumentError unless it is a length, and shorter than the run where both are in the same unit.
 */
export function requireWarmup(warmup: TrainingLength, run: TrainingLength): void {
  requireLength("warmup", warmup);
  const isTooLong =
    ("steps" in warmup && "steps" in run && warmup.steps >= run.steps) ||
    ("epochs" in warmup && "epochs" in run && warmup.epochs >= run.epochs);
  if (isTooLong) throw tooLong(warmup, run);
}

export interface ScheduleOptions {
  readonly schedule: ScheduleName;
  /** The learning rate at the start, or at the end of the warm-up. */
  readonly initial: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** The first of them, in which the learning rate rises; 0 if absent. */
  readonly warmup?: number;
}

/**
 * The learning rate of each step, counted from 0. After W steps of warm-up, at initial·(t+1)/(W+1), the schedule has the
 * other T = steps − W to itself, counted from 0 again:
 *
 * - `constant`: initial.
 * - `paper`: De & Smith's; constant for the first half of T, then halved at once and again every twentieth of it, ten times in
 *   all.
 * - `cosine`: initial·(1 + cos(π·t/T))/2 (Loshchilov & Hutter 2017, without restarts).
 *
 * @throws InvalidArgumentError for a warm-up that leaves no step.
 */
export function learningRateSchedule(options: ScheduleOptions): (step: number) => number {
  const { schedule, initial, steps, warmup = 0 } = options;
  if (warmup >= steps) throw tooLong({ steps: warmup }, { steps });
  const shareAt = SHARES[schedule];
  return (step) =>
    initial * (step < warmup ? (step + 1) / (warmup + 1) : shareAt(step - warmup, steps - warmup));
}

export interface CourseOptions extends LearningRate {
  readonly length: TrainingLength;
}

/** The steps of a run, and the learning rate of each, counted from 0. */
export interface Course {
  readonly steps: number;
  rateAt(step: number): number;
}

/** The course of a run where an epoch has so many steps. @throws InvalidArgumentError for a warm-up that leaves no step. */
export function courseOf(options: CourseOptions, stepsPerEpoch: number): Course {
  const { schedule, learningRate, length, warmup } = options;
  const steps = stepsOf({ argument: "epochs", length, stepsPerEpoch });
  const rising = warmup === undefined ? 0 : stepsOf({ argument: "warmup", length: warmup, stepsPerEpoch });
  return { steps, rateAt: learningRateSchedule({ schedule, initial: learningRate, steps, warmup: rising }) };
}

/** The share of the largest learning rate at step t of T. */
const SHARES: Readonly<Record<ScheduleName, (step: number, steps: number) => number>> = {
  constant: () => 1,
  // In whole numbers: 20·step/steps − 10 may be a hair below a whole number in floating point.
  paper: (step, steps) => 2 ** -Math.max(0, Math.floor((20 * step) / steps) - 9),
  cosine: (step, steps) => (1 + Math.cos((Math.PI * step) / steps)) / 2,
};

function tooLong(warmup: TrainingLength, run: TrainingLength): InvalidArgumentError {
  return new InvalidArgumentError(
    "warmup",
    describeLength(warmup),
    `shorter than the run's ${describeLength(run)}`,
  );
}

/** Such as "500 steps". */
export function describeLength(length: TrainingLength): string {
  const [count, unit] = "steps" in length ? [length.steps, "step"] : [length.epochs, "epoch"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
