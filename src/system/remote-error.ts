import { type ExitCode, InvalidArgumentError, RespathError } from "../network/errors.js";

/** An error on its way between threads, which would lose its class and its fields. */
export interface RemoteError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Present for an error that was thrown on purpose. */
  readonly exitCode?: ExitCode;
  /** What an InvalidArgumentError refuses, its value as text unless it is plain. */
  readonly refusal?: Readonly<Pick<InvalidArgumentError, "argument" | "value" | "allowed">>;
}

/** As plain data, which a message can carry. */
export function describeError(error: unknown): RemoteError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  return {
    name,
    message,
    stack,
    ...(error instanceof RespathError ? { exitCode: error.exitCode } : {}),
    ...(error instanceof InvalidArgumentError ? { refusal: refusalOf(error) } : {}),
  };
}

/** A value that a message between threads may not carry is sent as text. */
function refusalOf({ argument, value, allowed }: InvalidArgumentError) {
  const isPlain = value === undefined || ["string", "number", "boolean"].includes(typeof value);
  return { argument, value: isPlain ? value : String(value), allowed };
}

/**
 * The error again: an InvalidArgumentError, or a RespathError with its name and exit code, where it was one, otherwise an
 * Error; the stack is the thrower's.
 */
export function restoreError({ name, message, stack, exitCode, refusal }: RemoteError): Error {
  const error = refusal
    ? new InvalidArgumentError(refusal.argument, refusal.value, refusal.allowed)
    : exitCode === undefined
      ? new Error(message)
      : new RespathError(message);
  return Object.assign(error, { name, ...(stack ? { stack } : {}), ...(exitCode ? { exitCode } : {}) });
}
