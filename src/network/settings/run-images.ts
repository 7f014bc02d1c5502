import type { Fields } from "./fields.js";
import { SWITCH, type TextKind, wholeNumber } from "./kinds.js";
import { LENGTH, type TrainingLength } from "./training-length.js";

/** Which images a run is given, and how often it is tested on them. */
export interface RunImages {
  /** Images a step; 64 unless it is set, as in the paper. */
  readonly batch: number;
  /** Random crops and flips; true unless it is set. */
  readonly augment: boolean;
  /** Test images, the first of them; absent: all, 0: none. */
  readonly testImages?: number;
  /** How often the network is tested while it is trained; absent: only after the last step. */
  readonly testEvery?: TrainingLength;
}

/** Images of a batch: as text no more than CIFAR has, else as many as the data have. */
export const IMAGES: TextKind<number> = {
  read: wholeNumber(1, 50_000).read,
  check: wholeNumber(1).check,
};

/** Its settings, in the order of --help. */
export const RUN_IMAGES: Fields<Partial<RunImages>, RunImages> = {
  batch: {
    kind: IMAGES,
    default: 64,
    record: "batch",
    describe: "images a step",
  },
  augment: {
    kind: SWITCH,
    default: true,
    record: "augmented",
    describe: "random crops and flips; --no-augment trains on the images as they are",
  },
  testImages: {
    kind: wholeNumber(0),
    describe: "test on the first images only; all if absent",
  },
  testEvery: {
    kind: LENGTH,
    describe: "steps, or epochs such as 1epochs, between two tests; only after the last step if absent",
  },
};
