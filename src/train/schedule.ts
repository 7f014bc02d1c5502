export const SCHEDULES = ["constant", "paper"] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

export interface ScheduleOptions {
  readonly schedule: ScheduleName;
  /** The learning rate at the start. */
  readonly initial: number;
  /** Steps of the whole run. */
  readonly steps: number;
}

/**
 * The learning rate of each step, counted from 0. `paper` is De & Smith's: constant for the first half of the budget,
 * then halved at once and again every twentieth of the budget, ten times in all.
 */
export function learningRateSchedule({
  schedule,
  initial,
  steps,
}: ScheduleOptions): (step: number) => number {
  if (schedule === "constant") return () => initial;
  return (step) => {
    // In whole numbers: 20·step/steps − 10 may be a hair below a whole number in floating point.
    const twentieths = Math.floor((20 * step) / steps);
    return initial * 2 ** -Math.max(0, twentieths - 9);
  };
}
