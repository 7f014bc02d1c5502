import { setTimeout as sleep } from "node:timers/promises";
import type { Job, Queue, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { SweepPlanDocument } from "../../network/documents/sweep.js";
import type { EndedJob, JobOutcome, JobQueue, QueueCounts, WorkOptions } from "./queue.js";
import { connectRedis, type RedisServerOptions, redisPackages } from "./redis-server.js";

/** All keys begin with this. */
const PREFIX = "respath";
/** The sum of the plan, 64 digits, and its text: one key, so that they never disagree. */
const PLAN_KEY = `${PREFIX}:plan`;
/** BullMQ takes no id that is a whole number. */
const JOB = "job-";
/** Jobs that are added by one command. */
const BATCH = 1000;
/** Milliseconds between two looks. */
const LOOK = 500;
/** How often a job's worker may be lost: a job that kills its workers ends. */
const MOST_LOST = 10;
/** Milliseconds that a stopped worker gives its jobs back within; Redis takes those of a silent worker back by itself. */
const GIVE_BACK = 5000;

export interface RedisQueueOptions extends RedisServerOptions {
  /** Seconds after which a worker that says nothing is lost; 30 if absent. */
  readonly lostAfter?: number;
}

/** Opens the queue of a Redis server, by BullMQ. @throws QueueError as connectRedis does. */
export async function openRedisQueue({ lostAfter = 30, ...server }: RedisQueueOptions): Promise<JobQueue> {
  const { Queue, Worker, WaitingError } = await redisPackages();
  const redis = await connectRedis(server);
  const queue = new Queue("sweep", { connection: redis, prefix: PREFIX });
  queue.on("error", () => {});
  const toWorker: StartWorker = (processor, concurrency) =>
    new Worker("sweep", processor, {
      connection: redis,
      prefix: PREFIX,
      concurrency,
      lockDuration: 1000 * lostAfter,
      stalledInterval: 1000 * lostAfter,
      maxStalledCount: MOST_LOST,
    });
  return new RedisQueue({ redis, queue, toWorker, toPutBack: () => new WaitingError() });
}

type Processor = (job: Job, token?: string) => Promise<JobOutcome>;
type StartWorker = (processor: Processor, concurrency: number) => Worker;

interface Parts {
  readonly redis: Redis;
  readonly queue: Queue;
  readonly toWorker: StartWorker;
  /** What a processor throws after it has put its job back. */
  readonly toPutBack: () => Error;
}

class RedisQueue implements JobQueue {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async open(plan: SweepPlanDocument): Promise<string> {
    const { redis, queue } = this.#parts;
    const isNew = await redis.set(PLAN_KEY, `${plan.sha256}${JSON.stringify(plan)}`, "NX");
    // What an ended sweep may have left.
    if (isNew) await queue.obliterate({ force: true });
    return (await this.sum()) ?? "";
  }

  async sum(): Promise<string | undefined> {
    return (await this.#parts.redis.getrange(PLAN_KEY, 0, 63)) || undefined;
  }

  async planText(): Promise<string | undefined> {
    return (await this.#parts.redis.getrange(PLAN_KEY, 64, -1)) || undefined;
  }

  async add(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += BATCH) {
      const some = ids.slice(from, from + BATCH);
      await this.#parts.queue.addBulk(
        some.map((id) => ({ name: "job", data: {}, opts: { jobId: `${JOB}${id}` } })),
      );
    }
  }

  async ended(most: number): Promise<readonly EndedJob[]> {
    const jobs: readonly (Job | undefined)[] = await this.#parts.queue.getJobs(
      ["completed", "failed"],
      0,
      most - 1,
      true,
    );
    return jobs.flatMap((job) => (job ? [{ id: idOf(job), outcome: outcomeOf(job) }] : []));
  }

  async forget(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#parts.queue.remove(`${JOB}${id}`)));
  }

  async counts(): Promise<QueueCounts> {
    const { active, completed, failed, ...others } = await this.#parts.queue.getJobCounts();
    const waiting = Object.values(others).reduce((sum, count) => sum + count, 0);
    return { waiting, running: active!, ended: completed! + failed! };
  }

  async rest(): Promise<void> {
    await sleep(LOOK);
  }

  async work({ atOnce, signal, attempt }: WorkOptions): Promise<void> {
    const { toWorker, toPutBack } = this.#parts;
    const stop = new AbortController();
    const stopAll = () => stop.abort();
    const running = new Map<string, AbortController>();
    let failure: { readonly error: unknown } | undefined;
    const worker = toWorker(async (job, token) => {
      const own = new AbortController();
      running.set(job.id!, own);
      try {
        const both = AbortSignal.any([stop.signal, own.signal]);
        const outcome = await attempt({ id: idOf(job), isAgain: job.stalledCounter > 0, signal: both });
        if (outcome) return outcome;
      } catch (error) {
        failure ??= { error };
        stopAll();
      } finally {
        running.delete(job.id!);
      }
      await job.moveToWait(token);
      throw toPutBack();
    }, atOnce);
    // Redis is away: it is said elsewhere; or a job was taken back: it is stopped.
    worker.on("error", () => {});
    worker.on("lockRenewalFailed", (ids) => {
      for (const id of ids) running.get(id)?.abort();
    });
    signal.addEventListener("abort", stopAll, { once: true });
    if (signal.aborted) stopAll();
    const closed = this.#sweepEnd(stop.signal).then(stopAll);
    await Promise.race([closed, aborted(stop.signal)]);
    signal.removeEventListener("abort", stopAll);
    await settled(worker, () => running.size === 0);
    if (failure) throw failure.error;
  }

  async end(): Promise<void> {
    const { redis, queue } = this.#parts;
    await redis.del(PLAN_KEY);
    await queue.obliterate({ force: true });
  }

  async close(): Promise<void> {
    this.#parts.redis.disconnect();
  }

  /** Resolves once the queue is no longer of the plan that it is of now. */
  async #sweepEnd(signal: AbortSignal): Promise<void> {
    const first = await this.sum();
    while (!signal.aborted && (await this.sum()) === first) {
      await sleep(LOOK, undefined, { signal }).catch(() => {});
    }
  }
}

/** Waits until a worker has no job any more, and a little for Redis to know it. */
async function settled(worker: Worker, isIdle: () => boolean): Promise<void> {
  const closing = worker.close().catch(() => {});
  while (!isIdle()) await sleep(20);
  await Promise.race([closing, sleep(GIVE_BACK, undefined, { ref: false })]);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function idOf({ id }: Job): string {
  return id!.slice(JOB.length);
}

function outcomeOf({ returnvalue, failedReason, attemptsMade }: Job): JobOutcome {
  if (returnvalue) return returnvalue as JobOutcome;
  // BullMQ itself gave it up.
  const reason = failedReason ?? "its workers are lost";
  return { status: "failed", tries: attemptsMade, exitCode: null, reason, log: "" };
}
