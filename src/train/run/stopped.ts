import { join } from "node:path";
import { RespathError } from "../../network/errors.js";
import { RUN_FILES } from "../folder/run-folder.js";
import type { TrainOptions } from "./train-options.js";

/** The run was stopped before it had ended, from outside or where it was to stop. */
export class StoppedError extends RespathError {
  override name = "StoppedError";
}

/** @param steps taken so far. @param when such as "after step 3 of 10". */
export function throwIfStopped(
  { signal, output, checkpointEvery, stopAt = Number.POSITIVE_INFINITY }: TrainOptions,
  steps: number,
  when: string,
): void {
  if (!signal?.aborted && steps < stopAt) return;
  if (output === undefined || steps === 0) throw new StoppedError(`stopped ${when}`);
  const kept = `; what was measured so far is in ${join(output, RUN_FILES.metrics)}`;
  throw new StoppedError(
    `stopped ${when}${kept}${checkpointEvery === undefined ? "" : ", and `resume` goes on from there"}`,
  );
}
