import { type ExitCode, RespathError } from "../network/errors.js";
import { type Progress, startProgress } from "../system/progress.js";
import { log } from "./output.js";

/** What long work is given: when to stop, and where to say how far it is. */
export interface WorkContext {
  readonly signal: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress: (fraction: number, activity: string) => void;
  /** A line on stderr, past the progress bar. */
  readonly log: (line: string) => void;
  /**
   * Says that the work goes on without waiting, until {@link waits}: as nobody could be told of a signal, one ends the process as
   * it does where nothing catches it.
   */
  readonly doesNotWait: () => void;
  /** Says that the work looks at its signal again. */
  readonly waits: () => void;
}

/** The signals that stop long work, and what the command then ends with: 128 and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const satisfies Record<string, ExitCode>;
type Signal = keyof typeof EXIT_CODES;

/**
 * Milliseconds in which a second SIGINT is the same Ctrl-C: a terminal sends it to all that it runs, and npm passes its own on to what it
 * has started.
 */
const SAME_KEY = 500;

/** Long work was stopped from outside. */
class InterruptedError extends RespathError {
  override readonly exitCode: ExitCode;
  override name = "InterruptedError";

  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Does long work with progress on stderr. Ctrl-C and SIGTERM stop it cleanly, with one line that may end in a `hint`; a second
 * Ctrl-C ends the process at once. A second SIGTERM asks for nothing else: an engine may send one to each process and pass it on as well,
 * and has SIGKILL. A process that another has started over a channel, as a sweep does, leaves its end to that one, and stops when it has
 * gone.
 *
 * @throws InterruptedError, with the signal's exit code, when it was stopped.
 */
export async function interruptible<Result>(
  { label, hint }: { readonly label: string; readonly hint?: string },
  work: (context: WorkContext) => Promise<Result>,
): Promise<Result> {
  const interruption = new AbortController();
  const { signal } = interruption;
  let progress: Progress | undefined;
  const hide = () => {
    progress?.stop();
    progress = undefined;
  };
  let asked = Number.NaN;
  const interrupt = (name: Signal) => {
    if (signal.aborted) {
      const isAgain = name === "SIGINT" && performance.now() - asked > SAME_KEY;
      if (!isAgain || process.send !== undefined) return;
      hide();
      process.exit((signal.reason as InterruptedError).exitCode);
    }
    asked = performance.now();
    const message = `${label} was interrupted${hint ? `; ${hint}` : ""}`;
    interruption.abort(new InterruptedError(message, EXIT_CODES[name]));
  };
  const names = Object.keys(EXIT_CODES) as Signal[];
  // The sweep that started this process as its job has gone.
  const stopAlone = () => interrupt("SIGTERM");
  const release = () => {
    for (const name of names) process.removeListener(name, interrupt);
    process.removeListener("disconnect", stopAlone);
  };
  const hold = () => {
    release();
    for (const name of names) process.on(name, interrupt);
    if (process.send === undefined) return;
    if (process.connected) process.on("disconnect", stopAlone);
    else stopAlone();
  };
  hold();
  try {
    return await work({
      signal,
      onProgress: (fraction, activity) => {
        progress ??= startProgress({ label, total: 100 });
        progress.update(100 * fraction, activity);
      },
      log: (line) => {
        hide();
        log(line);
      },
      doesNotWait: () => {
        // A bar would leave the cursor hidden.
        hide();
        release();
      },
      waits: hold,
    });
  } catch (error) {
    throw signal.aborted ? interruptionOf(error, signal.reason as InterruptedError) : error;
  } finally {
    hide();
    // What was stopped has yet to say so. The channel would keep the process.
    if (signal.aborted) process.removeListener("disconnect", stopAlone);
    else release();
  }
}

/** What to say of work that was stopped and threw an error. */
function interruptionOf(error: unknown, reason: InterruptedError): unknown {
  if (!(error instanceof RespathError)) return reason;
  // The work itself may know better what was kept.
  if (error.name === "StoppedError") return new InterruptedError(error.message, reason.exitCode);
  return error;
}
