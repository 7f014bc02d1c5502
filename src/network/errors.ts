import { shown } from "./shown.js";

/**
 * How the command line ends with an error: 1 for a failed run, 2 for bad usage, 130 after Ctrl-C (128 + SIGINT), 143 after
 * SIGTERM.
 */
export type ExitCode = 1 | 2 | 130 | 143;

/** Base of every error respath throws on purpose: one line that says what is wrong and what to do. */
export class RespathError extends Error {
  readonly exitCode: ExitCode = 1;
  override name = "RespathError";
}

/**
 * An argument is outside its domain. `argument`, `value` and `allowed` repeat what the message says. Other arguments that
 * `allowed` speaks of are in backticks, so that the command line can say which options they are.
 */
export class InvalidArgumentError extends RespathError {
  override readonly exitCode = 2;
  override name = "InvalidArgumentError";
  readonly argument: string;
  readonly value: unknown;
  readonly allowed: string;

  constructor(argument: string, value: unknown, allowed: string) {
    super(describeRefusal({ argument, value, allowed }));
    this.argument = argument;
    this.value = value;
    this.allowed = allowed;
  }
}

/** The command line was not understood. */
export class UsageError extends RespathError {
  override readonly exitCode = 2;
  override name = "UsageError";
}

/** Data could not be obtained, or is not what its checksum says. */
export class DataError extends RespathError {
  override name = "DataError";
}

/** A file could not be written; nothing was left half-written. */
export class OutputError extends RespathError {
  override name = "OutputError";
}

/** A place that was asked for cannot be written to: found out before any work, and nothing was made. */
export class OutputPlaceError extends OutputError {
  override readonly exitCode = 2;
  override name = "OutputPlaceError";
}

/** Who writes into a folder or a file. */
export interface LockOwner {
  readonly host: string;
  readonly pid: number;
  /** Of the processes that it sees, where the platform has several, such as a container's; another one's are not seen from here. */
  readonly namespace?: string;
  /** Tells the process from another of the same number; absent where the platform does not say. */
  readonly start?: string;
  /** From when on, in ISO 8601. */
  readonly since: string;
}

/** Somebody else writes there. Nothing was changed. */
export class LockedError extends RespathError {
  override readonly exitCode = 2;
  override name = "LockedError";
  /** Absent when the lock cannot be read. */
  readonly owner?: LockOwner;

  constructor(message: string, owner?: LockOwner) {
    super(message);
    this.owner = owner;
  }
}

/** A run, or weights, would be lost. Nothing was changed. */
export class OverwriteError extends RespathError {
  override readonly exitCode = 2;
  override name = "OverwriteError";
}

/** What an {@link InvalidArgumentError} says; an argument that is missing is not repeated. */
export function describeRefusal({
  argument,
  value,
  allowed,
}: Pick<InvalidArgumentError, "argument" | "value" | "allowed">): string {
  return `${argument} must be ${allowed}${value === undefined ? "" : `, not ${shown(value, 200)}`}`;
}
