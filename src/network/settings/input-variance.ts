import { requirePositive } from "../domain.js";
import { InvalidArgumentError } from "../errors.js";
import { type TextKind, toNumber } from "./kinds.js";

const ALLOWED = "0, or a number from 1e-300 to 1e300";

/** Returns `variance` if it is 0 or a number from 1e-300 to 1e300. */
export function requireInputVariance(variance: number, argument = "input variance"): number {
  if (variance === 0 || (variance >= 1e-300 && variance <= 1e300)) return variance;
  throw new InvalidArgumentError(argument, variance, ALLOWED);
}

/** s_0 of a predicted network, as text. */
export function readInputVariance(argument: string, text: string): number {
  return requireInputVariance(toNumber(argument, text, ALLOWED), argument);
}

/** s_0 of a sampled network. */
export const INPUT_VARIANCE: TextKind<number> = {
  read: (argument, text) => requirePositive(argument, readInputVariance(argument, text)),
  check: (argument, variance) => {
    if (requireInputVariance(variance, argument) > 0) return variance;
    throw new InvalidArgumentError(argument, variance, "a positive number to sample a network");
  },
};
