/** Base of every error respath throws on purpose: one line that says what is wrong and what to do. */
export class RespathError extends Error {
  /** The exit code the command line uses for it: 2 for bad usage, 1 for a failed run. */
  readonly exitCode: 1 | 2 = 1;
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

/** What an {@link InvalidArgumentError} says; an argument that is missing is not repeated. */
export function describeRefusal({
  argument,
  value,
  allowed,
}: Pick<InvalidArgumentError, "argument" | "value" | "allowed">): string {
  return `${argument} must be ${allowed}${value === undefined ? "" : `, not ${show(value)}`}`;
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
