import { type ExitCode, RespathError } from "../network/errors.js";

/** An error on its way between threads, which would lose its class and its fields. */
export interface RemoteError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Present for an error that was thrown on purpose. */
  readonly exitCode?: ExitCode;
}

/** As plain data, which a message can carry. */
export function describeError(error: unknown): RemoteError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack, ...(error instanceof RespathError ? { exitCode: error.exitCode } : {}) };
}

/** The error again: a RespathError with its name and exit code where it was one, otherwise an Error; the stack is the thrower's. */
export function restoreError({ name, message, stack, exitCode }: RemoteError): Error {
  const error = exitCode === undefined ? new Error(message) : new RespathError(message);
  return Object.assign(error, { name, ...(stack ? { stack } : {}), ...(exitCode ? { exitCode } : {}) });
}
