import { UsageError } from "../../network/errors.js";
import { BREAK_LOCK } from "../../network/settings/shared.js";
import { interruptible } from "../interrupt.js";
import { givenOf } from "../options.js";
import { log, print, VERSION } from "../output.js";
import { describeEnd, FailedJobsError, SweepStoppedError } from "./run-end.js";
import { withQueue } from "./with-queue.js";

/** What was asked for about a sweep whose jobs others do. */
interface JobsToCollect {
  readonly plan: string;
  readonly out: string;
  readonly queue: string;
  readonly shard?: unknown;
  readonly only?: unknown;
  readonly workers?: number;
}

/** Folders that a message names. */
const MOST_NAMED = 3;

/** Puts what is left of a plan into a queue, collects it, and prints how it has ended. */
export async function collectJobs(given: JobsToCollect): Promise<void> {
  for (const name of ["shard", "only", "workers"] as const) {
    if (given[name] === undefined) continue;
    throw new UsageError(`--${name} is for jobs of this machine: leave it out with --queue`);
  }
  const { readPlan } = await import("../../sweep/plan/read-plan.js");
  const { collectSweep } = await import("../../sweep/engines/queue-collector.js");
  const { showProgress } = await import("./progress-view.js");
  const plan = await readPlan({ path: given.plan, version: VERSION });
  const all = plan.jobs.length;
  const end = await interruptible({ label: "the sweep" }, ({ signal, log: say }) =>
    withQueue({ url: given.queue, log: say }, async (queue) => {
      let hide = () => {};
      try {
        const ended = await collectSweep({
          plan,
          folder: given.out,
          queue,
          ...givenOf({ breakLock: BREAK_LOCK }, given),
          signal,
          log: say,
          onStart: (progress) => {
            hide = showProgress(progress);
          },
        });
        if (ended.isStopped) throw new SweepStoppedError(ended, all);
        return ended;
      } finally {
        hide();
      }
    }),
  );
  await print(describeEnd(end, all, given.out));
  if (end.kept.length > 0) log(describeKept(end.kept, given.out));
  if (end.failed.length > 0) throw new FailedJobsError(end.failed, all, given.out);
}

function describeKept(kept: readonly string[], out: string): string {
  const named = kept.slice(0, MOST_NAMED).join(", ");
  const more = kept.length > MOST_NAMED ? `, and ${kept.length - MOST_NAMED} more` : "";
  return `results that are too large for the queue are where they were found (${named}${more}): merge those workers' folders together with ${out}`;
}
