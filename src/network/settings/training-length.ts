import { requireInteger, requirePositive } from "../domain.js";
import { InvalidArgumentError } from "../errors.js";
import { POSITIVE, type TextKind, wholeNumber } from "./kinds.js";

/** A number of steps, or of passes over the training images. */
export type TrainingLength = { readonly steps: number } | { readonly epochs: number };

/** @throws InvalidArgumentError unless it is a whole number of steps or a positive number of epochs. */
export function requireLength(argument: string, length: TrainingLength): TrainingLength {
  if ("steps" in length) requireInteger(argument, length.steps, 1);
  else requirePositive(argument, length.epochs);
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
      ? { epochs: POSITIVE.read(argument, amount) }
      : { steps: wholeNumber(1).read(argument, amount) };
  },
  check: requireLength,
};
