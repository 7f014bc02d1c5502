import { availableParallelism } from "node:os";
import type { Argv, CommandBuilder } from "yargs";
import type { SweepJob, SweepPlanDocument } from "../../network/documents/sweep.js";
import { InvalidArgumentError, RespathError, UsageError } from "../../network/errors.js";
import { BREAK_LOCK } from "../../network/settings/shared.js";
import type { Shard } from "../../sweep/run/part.js";
import type { SweepEnd } from "../../sweep/run/run-sweep.js";
import { jobFiles, sweepFiles } from "../../sweep/run/sweep-folder.js";
import type { ActionModule } from "../command.js";
import { interruptible } from "../interrupt.js";
import {
  fileOrStdin,
  givenOf,
  groupedOptions,
  option,
  settingsOptions,
  text,
  wholeNumber,
} from "../options.js";
import { print, VERSION } from "../output.js";

/** `2/5`: the second of five. */
function readShard(argument: string, given: string): Shard {
  const [, index, of] = (/^(\d+)\/(\d+)$/.exec(given) ?? []).map(Number);
  if (index >= 1 && index <= of && of <= Number.MAX_SAFE_INTEGER) return { index, of };
  throw new InvalidArgumentError(argument, given, "a part of the whole, such as 2/5, the second of five");
}

/** Those of every action that runs jobs. */
export const RUN_OPTIONS = {
  ...groupedOptions("Computation:", {
    workers: option("workers", wholeNumber(1, 4096), {
      describe: "threads that run at a time (the same results for any number); the machine's cores if absent",
    }),
  }),
} as const;

const OPTIONS = {
  ...groupedOptions("Files:", {
    out: option("out", text, {
      demandOption: true,
      describe: "folder for the plan and, by job, its result, its checkpoint and its log",
    }),
    ...settingsOptions({ breakLock: BREAK_LOCK }),
  }),
  ...groupedOptions("Which jobs:", {
    shard: option("shard", readShard, {
      describe: "a part of the plan, such as 2/5: the second of five that take about as long",
    }),
    only: option("only", (_argument, given) => given.split(","), {
      describe: "the jobs with these ids, with commas between them",
    }),
  }),
  ...RUN_OPTIONS,
} as const;

export const PLAN_OPERAND = {
  type: "string",
  demandOption: true,
  coerce: fileOrStdin,
  describe: "a plan, as sweep plan writes it, or - for standard input",
} as const;

const builder = (yargs: Argv) =>
  yargs
    .positional("plan", PLAN_OPERAND)
    .options(OPTIONS)
    .example("$0 sweep run plan.json --out sweeps/rates", "all jobs, one a core; the same command goes on")
    .example(
      "$0 sweep run plan.json --out sweeps/rates-2 --shard 2/3",
      "a third of them, on another machine",
    );

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const runAction: ActionModule<Arguments> = {
  title: "sweep run",
  command: "sweep run <plan>",
  describe: "do what is left of a plan's jobs on this machine",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async (argv) => {
    const { readPlan } = await import("../../sweep/plan/read-plan.js");
    const plan = await readPlan({ path: argv.plan, version: VERSION });
    await runJobs({ ...argv, plan, jobs: await partOf(plan, argv) });
  },
};

/** Jobs of a plan, and what was asked for about their run. */
interface JobsToRun {
  readonly plan: SweepPlanDocument;
  readonly jobs: readonly SweepJob[];
  readonly out: string;
  readonly workers?: number;
}

/** Does what is left of some jobs, and prints how it has ended. */
export async function runJobs(given: JobsToRun): Promise<void> {
  const { plan, jobs, out, workers = availableParallelism() } = given;
  const { runSweep } = await import("../../sweep/run/run-sweep.js");
  const { executeBy } = await import("./execute.js");
  const { showProgress } = await import("./progress-view.js");
  const { machineMemory } = await import("../../train/network/machine-memory.js");
  const locks = givenOf({ breakLock: BREAK_LOCK }, given);
  const end = await interruptible({ label: "the sweep" }, async ({ signal, log }) => {
    let hide = () => {};
    try {
      const ended = await runSweep({
        plan,
        jobs,
        folder: out,
        execute: executeBy(locks),
        cores: workers,
        memory: machineMemory(),
        ...locks,
        signal,
        log,
        onStart: (progress) => {
          hide = showProgress(progress);
        },
      });
      if (ended.isStopped) throw new SweepStoppedError(ended, jobs.length);
      return ended;
    } finally {
      hide();
    }
  });
  await print(describe(end, jobs.length, out));
  if (end.failed.length > 0) throw new FailedJobsError(end.failed, jobs.length, out);
}

async function partOf(
  plan: SweepPlanDocument,
  { shard, only }: Pick<Arguments, "shard" | "only">,
): Promise<readonly SweepJob[]> {
  if (shard && only) throw new UsageError("give --shard or --only, not both");
  if (!shard && !only) return plan.jobs;
  const { jobsWithIds, shardOf } = await import("../../sweep/run/part.js");
  return shard ? shardOf(plan, shard) : jobsWithIds(plan, only!);
}

function describe({ counts }: SweepEnd, all: number, out: string): string {
  const { done, failed, skipped } = counts;
  return [
    `${all} ${all === 1 ? "job" : "jobs"} in ${out}: ${done} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped by the plan's rules`] : []),
  ].join(", ");
}

/** The sweep was stopped from outside. */
class SweepStoppedError extends RespathError {
  override name = "StoppedError";

  constructor({ counts }: SweepEnd, all: number) {
    super(`the sweep was interrupted, ${counts.done} of ${all} jobs done; the same command goes on`);
  }
}

/** Logs that a message names. */
const MOST_NAMED = 3;

class FailedJobsError extends RespathError {
  override name = "FailedJobsError";

  constructor(failed: readonly string[], all: number, out: string) {
    const logs = failed.slice(0, MOST_NAMED).map((id) => jobFiles.log(sweepFiles.job(out, id)));
    const more = failed.length > MOST_NAMED ? `, and ${sweepFiles.jobs(out)} has the others` : "";
    const one = failed.length === 1;
    super(
      `${failed.length} of ${all} jobs failed; what ${one ? "it" : "they"} said: ${logs.join(", ")}${more}; the same command tries ${one ? "it" : "them"} again`,
    );
  }
}
