import type { Fields } from "./fields.js";
import { oneOf, POSITIVE } from "./kinds.js";
import { LENGTH, type TrainingLength } from "./training-length.js";

export const SCHEDULES = ["constant", "paper", "cosine"] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

/** The course of the learning rate (learningRateSchedule). */
export interface LearningRate {
  /** The largest: at the start, or at the end of the warm-up; 0.1 unless it is set. */
  readonly learningRate: number;
  /** constant unless it is set. */
  readonly schedule: ScheduleName;
  /** How long the learning rate rises to its largest value before the schedule starts; absent: not at all. */
  readonly warmup?: TrainingLength;
}

/** Its settings, in the order of --help. */
export const LEARNING_RATE: Fields<Partial<LearningRate>, LearningRate> = {
  learningRate: {
    kind: POSITIVE,
    flag: "lr",
    default: 0.1,
    record: "learningRate",
    describe: "learning rate at its largest",
  },
  schedule: {
    kind: oneOf(SCHEDULES),
    default: "constant",
    record: "schedule",
    describe:
      "learning rate: constant, paper (halved every 1/20 of the run in its second half) or cosine (to 0)",
  },
  warmup: {
    kind: LENGTH,
    record: "warmup",
    describe:
      "steps, or epochs such as 2.5epochs, in which the learning rate rises before the schedule starts",
  },
};
