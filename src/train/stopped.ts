import { join } from "node:path";
import { RespathError } from "../network/errors.js";
import type { TrainOptions } from "./train-options.js";

/** The run was stopped from outside before it had ended. */
export class StoppedError extends RespathError {
  override name = "StoppedError";
}

/** @param when such as "before the first step". */
export function throwIfStopped({ signal, output, checkpointEvery }: TrainOptions, when: string): void {
  if (!signal?.aborted) return;
  const kept =
    output === undefined ? "" : `; what was measured so far is in ${join(output, "metrics.jsonl")}`;
  throw new StoppedError(
    `stopped ${when}${kept}${checkpointEvery === undefined ? "" : ", and `resume` goes on from there"}`,
  );
}
