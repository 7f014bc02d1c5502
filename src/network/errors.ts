/** Base of every error respath throws on purpose: one line that says what is wrong and what to do. */
export class RespathError extends Error {
  /** The exit code the command line uses for it: 2 for bad usage, 1 for a failed run. */
  readonly exitCode: 1 | 2 = 1;
  override name = "RespathError";
}

/** An argument is outside its domain. `argument`, `value` and `allowed` repeat what the message says. */
export class InvalidArgumentError extends RespathError {
  override readonly exitCode = 2;
  override name = "InvalidArgumentError";
  readonly argument: string;
  readonly value: unknown;
  readonly allowed: string;

  constructor(argument: string, value: unknown, allowed: string) {
    super(`${argument} must be ${allowed}, not ${show(value)}`);
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

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
