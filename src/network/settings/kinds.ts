import { INPUT_VARIANCES, requireInputVariance, requireInteger, requirePositive } from "../domain.js";
import { InvalidArgumentError } from "../errors.js";
import { requireOneOf } from "../nearest.js";

/** Reads the text that stands on the command line for a value, and refuses what is none, so that yargs need not guess. */
export type Read<Given> = (argument: string, text: string) => Given;

/** What a setting may be. */
export interface Kind<Given, Value = Given> {
  /** Absent: a switch, which takes no text. */
  readonly read?: Read<Given>;
  /** The value that is meant. @throws InvalidArgumentError naming the argument. */
  readonly check: (argument: string, given: Given) => Value;
}

/** A kind whose values can be written as text. */
export type TextKind<Given, Value = Given> = Required<Kind<Given, Value>>;

/** On or off. */
export const SWITCH: Kind<boolean> = { check: (_argument, given) => given };

/** Any text but none. */
export const TEXT: TextKind<string> = {
  read: (argument, text) => {
    if (text === "") throw new InvalidArgumentError(argument, text, "not empty");
    return text;
  },
  check: (_argument, given) => given,
};

/** One of some names, in any case and with or without its hyphens. */
export function oneOf<Name extends string>(names: readonly Name[]): TextKind<Name> {
  const check = (argument: string, given: string) => requireOneOf(argument, given, names);
  return { read: check, check };
}

/** A whole number of at least `least`; 1e4 is one. */
export function wholeNumber(least: number, most?: number): TextKind<number> {
  const check = (argument: string, value: number) => requireInteger(argument, value, least, most);
  return {
    read: (argument, text) =>
      check(argument, toNumber(argument, text, `a whole number of at least ${least}`)),
    check,
  };
}

/** Whole numbers of at least `least`, as text with commas between them. */
export function wholeNumbers(least: number): TextKind<readonly number[]> {
  const { read, check } = wholeNumber(least);
  return {
    read: (argument, text) => text.split(",").map((part) => read(argument, part)),
    check: (argument, numbers) => numbers.map((number) => check(argument, number)),
  };
}

/** A finite number. */
export function numbersThat(allowed: string, holds: (value: number) => boolean): TextKind<number> {
  const check = (argument: string, value: number) => {
    if (Number.isFinite(value) && holds(value)) return value;
    throw new InvalidArgumentError(argument, value, allowed);
  };
  return { read: (argument, text) => check(argument, toNumber(argument, text, allowed)), check };
}

export const POSITIVE: TextKind<number> = {
  read: (argument, text) => requirePositive(argument, toNumber(argument, text, "a positive number")),
  check: requirePositive,
};

/** A number of at least `least`. */
export function numberFrom(least: number): TextKind<number> {
  return numbersThat(`a number of at least ${least}`, (value) => value >= least);
}

export const SHARE: TextKind<number> = numbersThat(
  "a number from 0 to less than 1",
  (value) => value >= 0 && value < 1,
);

/** s_0 of a predicted network, the variance of what enters block 1, as text. */
export function readInputVariance(argument: string, text: string): number {
  return requireInputVariance(toNumber(argument, text, INPUT_VARIANCES), argument);
}

/** s_0 of a sampled network. */
export const INPUT_VARIANCE: TextKind<number> = {
  read: (argument, text) => requirePositive(argument, readInputVariance(argument, text)),
  check: (argument, variance) => {
    if (requireInputVariance(variance, argument) > 0) return variance;
    throw new InvalidArgumentError(argument, variance, "a positive number to sample a network");
  },
};

/** @throws InvalidArgumentError for a text that is no number, as `allowed` says. */
export function toNumber(argument: string, text: string, allowed: string): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(number)) throw new InvalidArgumentError(argument, text, allowed);
  return number;
}
