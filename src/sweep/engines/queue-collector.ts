import { readdirSync, rmSync } from "node:fs";
import { access } from "node:fs/promises";
import type { SweepJob, SweepPlanDocument } from "../../network/documents/sweep.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import { Lock, type LockChoices } from "../../system/lock.js";
import { unlessAborted } from "../../system/unless-aborted.js";
import { makeFolder, requireWritableFolder, writeFileWhole } from "../../system/write-file.js";
import { PlanError } from "../plan/plan-error.js";
import { writeFailure } from "../run/job-failure.js";
import { readJobResult, resultOf } from "../run/job-result.js";
import { keepPlan } from "../run/keep-plan.js";
import type { SweepEnd } from "../run/run-sweep.js";
import { jobFiles, sweepFiles } from "../run/sweep-folder.js";
import type { SweepProgress } from "../run/sweep-state.js";
import { type JobOutcome, type JobQueue, SweepLostError } from "./queue.js";

export interface CollectOptions extends LockChoices {
  readonly plan: SweepPlanDocument;
  /** Where results are collected (sweepFiles). */
  readonly folder: string;
  readonly queue: JobQueue;
  /** Ends the collecting; workers go on. */
  readonly signal: AbortSignal;
  readonly onStart?: (progress: () => SweepProgress) => void;
}

export interface CollectEnd extends SweepEnd {
  /** Where results are that were too large to be sent. */
  readonly kept: readonly string[];
}

/** Jobs whose results are written at the same time. */
const AT_ONCE = 32;

/**
 * Puts what is left of a plan's jobs into a queue, and collects what workers find. What the queue loses, or has twice, does no harm: a job is
 * left until its result is in the folder, and the jobs that are left are added again.
 *
 * @throws PlanError for a plan with halving, and where the queue or the folder is of another plan; SweepLostError where the sweep was cancelled;
 * LockedError, OutputPlaceError and OutputError as runSweep does.
 */
export async function collectSweep(options: CollectOptions): Promise<CollectEnd> {
  const { plan, folder, queue } = options;
  if (plan.rules?.halving) {
    throw new PlanError(
      "the plan has halving, whose decisions need all metrics in one place: run it on one machine, without --queue",
    );
  }
  await requireWritableFolder(folder);
  const lock = await Lock.ofFolder(folder, options);
  try {
    await keepPlan(folder, plan);
    const collection = new Collection(options);
    await collection.findDone();
    if ((await queue.open(plan)) !== plan.sha256) {
      throw new PlanError(
        "the queue has the jobs of another plan: wait until they are done, cancel them (sweep cancel), or take another database",
      );
    }
    return await collection.work();
  } finally {
    lock.release();
  }
}

class Collection {
  readonly #options: CollectOptions;
  readonly #left: Map<string, SweepJob>;
  readonly #failed = new Set<string>();
  readonly #kept = new Set<string>();
  #running = 0;
  #done = 0;

  constructor(options: CollectOptions) {
    this.#options = options;
    this.#left = new Map(options.plan.jobs.map((job) => [job.id, job]));
  }

  async findDone(): Promise<void> {
    const { plan, folder } = this.#options;
    const jobs = sweepFiles.jobs(folder);
    makeFolder(jobs);
    for (const id of readdirSync(jobs)) {
      const job = this.#left.get(id);
      if (!job) continue;
      if (await readJobResult(sweepFiles.job(folder, id), plan, job)) this.#finish(id);
      else rmSync(jobFiles.failed(sweepFiles.job(folder, id)), { force: true });
    }
  }

  async work(): Promise<CollectEnd> {
    const { queue, signal, onStart } = this.#options;
    onStart?.(() => this.#progress);
    const unlessStopped = <Value>(value: Promise<Value>) => unlessAborted(value, signal);
    await unlessStopped(this.#add());
    while (this.#left.size > 0 && !signal.aborted) {
      const ended = (await unlessStopped(queue.ended(AT_ONCE))) ?? [];
      if (ended.length === 0) {
        await unlessStopped(this.#look());
        continue;
      }
      await Promise.all(ended.map(({ id, outcome }) => this.#take(id, outcome)));
      await unlessStopped(queue.forget(ended.map(({ id }) => id)));
    }
    if (this.#left.size === 0) await unlessStopped(queue.end());
    return {
      counts: this.#progress.counts,
      failed: [...this.#failed],
      kept: [...this.#kept],
      isStopped: this.#left.size > 0,
    };
  }

  /** The longest first. */
  async #add(): Promise<void> {
    const sorted = [...this.#left.values()].sort((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0));
    await this.#options.queue.add(sorted.map(({ id }) => id));
  }

  async #look(): Promise<void> {
    const { queue, plan } = this.#options;
    if ((await queue.sum()) !== plan.sha256) {
      throw new SweepLostError(
        `the queue has lost the sweep, which was cancelled there, or Redis kept nothing; ${this.#done} of ${plan.jobs.length} jobs are done, and the same command goes on`,
      );
    }
    const { waiting, running, ended } = await queue.counts();
    this.#running = running;
    if (waiting + running + ended < this.#left.size) await this.#add();
    await queue.rest();
  }

  async #take(id: string, outcome: JobOutcome): Promise<void> {
    const { plan, folder } = this.#options;
    const job = this.#left.get(id);
    if (!job) return;
    const own = sweepFiles.job(folder, id);
    makeFolder(own);
    const isThere = (await readJobResult(own, plan, job)) !== undefined;
    if (outcome.status === "done" && !isThere) {
      if (!resultOf(parseJsonIfAny(outcome.result), plan, job)) {
        return this.#fail(id, { ...NO_RESULT, log: outcome.result });
      }
      await writeFileWhole(jobFiles.result(own), outcome.result);
    }
    if (outcome.status === "failed" && !isThere) return this.#fail(id, outcome);
    if (outcome.status === "kept" && !isThere) this.#kept.add(outcome.place);
    this.#finish(id);
  }

  async #fail(id: string, outcome: JobOutcome & { readonly status: "failed" }): Promise<void> {
    const own = sweepFiles.job(this.#options.folder, id);
    // In a folder that it shares the worker has written both.
    if (!(await exists(jobFiles.failed(own)))) {
      await writeFileWhole(jobFiles.log(own), outcome.log);
      await writeFailure(own, outcome);
    }
    this.#left.delete(id);
    this.#failed.add(id);
  }

  #finish(id: string): void {
    this.#left.delete(id);
    this.#done++;
  }

  get #progress(): SweepProgress {
    const running = Math.min(this.#running, this.#left.size);
    const waiting = this.#left.size - running;
    const none = { ready: 0, skipped: 0 };
    return {
      counts: { waiting, running, done: this.#done, failed: this.#failed.size, ...none },
      running: [],
    };
  }
}

const NO_RESULT = {
  status: "failed",
  tries: 1,
  exitCode: 0,
  reason: "its worker has sent no result of it",
} as const;

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
