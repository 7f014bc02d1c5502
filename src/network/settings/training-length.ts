import { requireInteger, requirePositive } from "../domain.js";
import { InvalidArgumentError } from "../errors.js";
import type { Fields } from "./fields.js";
import { POSITIVE, type TextKind, wholeNumber } from "./kinds.js";

/** A number of steps, or of passes over the training images. */
export type TrainingLength = { readonly steps: number } | { readonly epochs: number };

/** @throws InvalidArgumentError unless it is a positive number, each of whose epochs can have a step that is counted. */
function requireEpochs(argument: string, epochs: number): number {
  const most = Number.MAX_SAFE_INTEGER;
  if (requirePositive(argument, epochs) <= most) return epochs;
  throw new InvalidArgumentError(argument, epochs, `a positive number, at most ${most}`);
}

/** Passes over the training images, of which there may be parts. */
const EPOCHS: TextKind<number> = {
  read: (argument, text) => requireEpochs(argument, POSITIVE.read(argument, text)),
  check: requireEpochs,
};

/** @throws InvalidArgumentError unless it is a whole number of steps or a positive number of epochs. */
export function requireLength(argument: string, length: TrainingLength): TrainingLength {
  if ("steps" in length) requireInteger(argument, length.steps, 1);
  else requireEpochs(argument, length.epochs);
  return length;
}

/** `500`, a number of steps, or `2.5epochs`. */
export const LENGTH: TextKind<TrainingLength> = {
  read: (argument, text) => {
    const [, amount, unit] = /^([\d.e+-]+) *(epochs?|steps?)?$/.exec(text.trim()) ?? [];
    if (amount === undefined) {
      throw new InvalidArgumentError(argument, text, "a number of steps, or of epochs such as 2.5epochs");
    }
    return unit?.startsWith("epoch")
      ? { epochs: EPOCHS.read(argument, amount) }
      : { steps: wholeNumber(1).read(argument, amount) };
  },
  check: requireLength,
};

/** How long a run is: one of the two. */
export interface RunLength {
  /** Steps that are taken. */
  readonly steps?: number;
  /** Passes over the training images. */
  readonly epochs?: number;
}

/** Its settings, in the order of --help. */
export const RUN_LENGTH: Fields<RunLength, RunLength> = {
  steps: { kind: wholeNumber(1), describe: "training steps (or --epochs)" },
  epochs: { kind: EPOCHS, describe: "passes over the training images (or --steps)" },
};
