import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { resolve } from "node:path";
import type { SweepJob, SweepPlanDocument } from "../../network/documents/sweep.js";
import type { LockChoices } from "../../system/lock.js";
import { makeFolder, requireWritableFolder } from "../../system/write-file.js";
import type { Execute } from "../run/execution.js";
import { failureOf, writeFailure } from "../run/job-failure.js";
import { readJobResult } from "../run/job-result.js";
import { keepPlan } from "../run/keep-plan.js";
import { jobFiles, sweepFiles } from "../run/sweep-folder.js";
import { isGivenUp } from "../run/sweep-run.js";
import type { Delivery, JobOutcome, JobQueue } from "./queue.js";

export interface WorkerOptions {
  readonly plan: SweepPlanDocument;
  /** Its own, or one that others have too (sweepFiles); made if it is not there. */
  readonly folder: string;
  readonly queue: JobQueue;
  /** By whom attempts are made; `breakLock` where the job's worker is lost, which may have left its lock. */
  readonly execute: (choices: Pick<LockChoices, "breakLock">) => Execute;
  /** Threads that run at a time. */
  readonly cores: number;
  /** Bytes that the running jobs may need together, by what the plan foresees; one runs whatever it needs. */
  readonly memory: number;
  readonly signal: AbortSignal;
}

/** How many jobs a worker has ended, and how many of them it had found done. */
export interface WorkEnd {
  readonly done: number;
  readonly found: number;
  readonly failed: number;
}

/** Bytes of a result that are sent through the queue; larger ones stay in the folder. */
export const MOST_SENT = 1e6;
/** Bytes of a failed job's log that are sent. */
const MOST_LOG = 2 ** 16;

/**
 * Does jobs of a plan from a queue in a folder, one job a core, until the sweep has ended. A job that is given twice is found done; one that
 * fails is tried three times; one that is stopped goes back, and its checkpoint stays in the folder.
 *
 * @throws PlanError where the folder is of another plan; OutputPlaceError or OutputError where it cannot be written to: jobs go back then.
 */
export async function workOnQueue(options: WorkerOptions): Promise<WorkEnd> {
  const { plan, folder, queue, cores, memory, signal } = options;
  await requireWritableFolder(folder);
  makeFolder(folder);
  await keepPlan(folder, plan);
  const jobs = new Map(plan.jobs.map((job) => [job.id, job]));
  const bytes = plan.jobs.reduce((most, job) => Math.max(most, job.bytes ?? 0), 1);
  const room = Math.max(1, Math.min(cores, Math.floor(memory / bytes)));
  const threads = Math.max(1, Math.floor(room / plan.jobs.length));
  const counts = { done: 0, found: 0, failed: 0 };
  await queue.work({
    atOnce: Math.floor(room / threads),
    signal,
    attempt: async (delivery) => {
      const outcome = await doJob(delivery, { ...options, job: jobs.get(delivery.id)!, threads });
      if (outcome) counts[outcome]++;
      if (!outcome) return undefined;
      return outcome === "failed"
        ? readFailure(sweepFiles.job(folder, delivery.id))
        : readResult(sweepFiles.job(folder, delivery.id));
    },
  });
  return counts;
}

async function doJob(
  { isAgain, signal }: Delivery,
  given: WorkerOptions & { readonly job: SweepJob; readonly threads: number },
): Promise<keyof WorkEnd | undefined> {
  const { plan, job, threads, execute } = given;
  const folder = sweepFiles.job(given.folder, job.id);
  if (await readJobResult(folder, plan, job)) return "found";
  makeFolder(folder);
  rmSync(jobFiles.failed(folder), { force: true });
  for (let tries = 1; ; tries++) {
    const attempt = await execute({ breakLock: isAgain })({ plan, job, folder, threads, signal });
    if (attempt.status === "done") return "done";
    if (signal.aborted) return undefined;
    if (!isGivenUp(attempt, tries)) continue;
    await writeFailure(folder, failureOf(attempt, tries));
    return "failed";
  }
}

async function readResult(folder: string): Promise<JobOutcome> {
  const result = await readFile(jobFiles.result(folder));
  if (result.length <= MOST_SENT) return { status: "done", result: result.toString() };
  return { status: "kept", place: `${hostname()}:${resolve(folder)}` };
}

async function readFailure(folder: string): Promise<JobOutcome> {
  const failure = JSON.parse(await readFile(jobFiles.failed(folder), "utf8"));
  const log = await readFile(jobFiles.log(folder)).catch(() => Buffer.of());
  return { status: "failed", ...failure, log: log.subarray(-MOST_LOG).toString() };
}
