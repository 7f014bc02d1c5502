import { RespathError } from "../network/errors.js";
import { type Progress, startProgress } from "../system/progress.js";
import { log } from "./output.js";

/** What long work is given: when to stop, and where to say how far it is. */
export interface WorkContext {
  readonly signal: AbortSignal;
  /** From 0 to 1. */
  readonly onProgress: (fraction: number, activity: string) => void;
  /** A line on stderr, past the progress bar. */
  readonly log: (line: string) => void;
}

/**
 * Does long work with progress on stderr. Ctrl-C stops it cleanly, with one line that may end in a `hint`; a second Ctrl-C
 * stops it at once.
 */
export async function interruptible<Result>(
  { label, hint }: { readonly label: string; readonly hint?: string },
  work: (context: WorkContext) => Promise<Result>,
): Promise<Result> {
  const interruption = new AbortController();
  const interrupt = () =>
    interruption.abort(new RespathError(`${label} was interrupted${hint ? `; ${hint}` : ""}`));
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  let progress: Progress | undefined;
  const hide = () => {
    progress?.stop();
    progress = undefined;
  };
  try {
    return await work({
      signal: interruption.signal,
      onProgress: (fraction, activity) => {
        progress ??= startProgress({ label, total: 100 });
        progress.update(100 * fraction, activity);
      },
      log: (line) => {
        hide();
        log(line);
      },
    });
  } catch (error) {
    // The work itself may know better what was kept.
    throw interruption.signal.aborted && !(error instanceof RespathError)
      ? interruption.signal.reason
      : error;
  } finally {
    hide();
    process.removeListener("SIGINT", interrupt);
    process.removeListener("SIGTERM", interrupt);
  }
}
