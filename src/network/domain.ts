import { InvalidArgumentError } from "./errors.js";

/**
 * Returns `value` if it is an integer of at least `least`, of those that a float64 counts one by one; throws
 * {@link InvalidArgumentError} otherwise.
 */
export function requireInteger(
  argument: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    const isBounded = most < Number.MAX_SAFE_INTEGER || (Number.isInteger(value) && value > most);
    const range = isBounded ? `from ${least} to ${most}` : `of at least ${least}`;
    throw new InvalidArgumentError(argument, value, `a whole number ${range}`);
  }
  return value;
}

/** Returns `value` if it is a finite number > 0; throws {@link InvalidArgumentError} otherwise. */
export function requirePositive(argument: string, value: number): number {
  if (!Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError(argument, value, "a positive number");
  return value;
}

/** Returns `value` if 0 ≤ value ≤ 1; throws {@link InvalidArgumentError} otherwise. */
export function requireProbability(argument: string, value: number): number {
  if (!(value >= 0 && value <= 1))
    throw new InvalidArgumentError(argument, value, "a probability between 0 and 1");
  return value;
}

/** What s_0 may be, for messages. */
export const INPUT_VARIANCES = "0, or a number from 1e-300 to 1e300";

/** Returns `variance` if it is 0 or a number from 1e-300 to 1e300. */
export function requireInputVariance(variance: number, argument = "input variance"): number {
  if (variance === 0 || (variance >= 1e-300 && variance <= 1e300)) return variance;
  throw new InvalidArgumentError(argument, variance, INPUT_VARIANCES);
}
