import { join } from "node:path";
import { RespathError } from "../../network/errors.js";
import type { SweepEnd } from "../../sweep/run/run-sweep.js";
import { jobFiles, sweepFiles } from "../../sweep/run/sweep-folder.js";

/** How a run of a sweep has ended, in a line. */
export function describeEnd({ counts }: SweepEnd, all: number, out: string): string {
  const { done, failed, skipped } = counts;
  return [
    `${all} ${all === 1 ? "job" : "jobs"} in ${out}: ${done} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped by the plan's rules`] : []),
  ].join(", ");
}

/** The sweep was stopped from outside. */
export class SweepStoppedError extends RespathError {
  override name = "StoppedError";

  constructor({ counts }: SweepEnd, all: number) {
    super(`the sweep was interrupted, ${counts.done} of ${all} jobs done; the same command goes on`);
  }
}

/** Logs that a message names. */
const MOST_NAMED = 3;

/** Jobs have failed as often as they are tried. */
export class FailedJobsError extends RespathError {
  override name = "FailedJobsError";

  constructor(failed: readonly string[], all: number, out: string) {
    const logs = failed.slice(0, MOST_NAMED).map((id) => jobFiles.log(sweepFiles.job(out, id)));
    const more = failed.length > MOST_NAMED ? `, and ${join(out, "jobs")} has the others` : "";
    const one = failed.length === 1;
    super(
      `${failed.length} of ${all} jobs failed; what ${one ? "it" : "they"} said: ${logs.join(", ")}${more}; the same command tries ${one ? "it" : "them"} again`,
    );
  }
}
