import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { SweepPlanDocument } from "../../src/network/documents/sweep.js";
import type { JobQueue } from "../../src/sweep/engines/queue.js";
import { collectSweep } from "../../src/sweep/engines/queue-collector.js";
import { MemoryQueue } from "../../src/sweep/engines/queue-memory.js";
import { MOST_SENT, workOnQueue } from "../../src/sweep/engines/queue-worker.js";
import type { Execute } from "../../src/sweep/run/execution.js";
import { jobFiles, sweepFiles } from "../../src/sweep/run/sweep-folder.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { finish, foundIn, HeldAttempts, idOf, planOf, recorder, sweepIn } from "./fake-sweep.js";

const root = temporaryFolder("queue");
let folders = 0;
const newFolder = () => join(root, String(++folders));
const plan = planOf({ jobs: [1, 2, 3, 4, 5].map((seed) => ({ at: { seed }, seconds: seed })) });

const never = new AbortController().signal;

function collect(
  folder: string,
  queue: JobQueue,
  options: { plan?: SweepPlanDocument; signal?: AbortSignal } = {},
) {
  return collectSweep({ plan, folder, queue, signal: never, ...options });
}

interface Choices {
  readonly folder?: string;
  readonly cores?: number;
  readonly signal?: AbortSignal;
}

function work(
  queue: JobQueue,
  execute: Execute,
  { folder = newFolder(), cores = 1, signal = never }: Choices = {},
) {
  const memory = Number.POSITIVE_INFINITY;
  return workOnQueue({ plan, folder, queue, execute: () => execute, cores, memory, signal });
}

/** Waits as long as the test may take. */
const until = (condition: () => boolean | Promise<boolean>) =>
  vi.waitUntil(condition, { timeout: 60_000, interval: 5 });

/** Waits until all jobs of the plan are in the queue. */
const allWait = (queue: JobQueue) => until(async () => (await queue.counts()).waiting === 5);

/** A worker that begins once the jobs are there. */
async function workOnAll(queue: JobQueue, execute: Execute, choices?: Choices) {
  await allWait(queue);
  return work(queue, execute, choices);
}

describe("a sweep through a queue", () => {
  it("finds what one machine does, each job once, the longest first", async () => {
    const [single, collected] = [newFolder(), newFolder()];
    await sweepIn(single, { plan, execute: recorder().execute });
    const { order, execute } = recorder();
    const queue = new MemoryQueue();
    const end = collect(collected, queue);
    await allWait(queue);
    const workers = await Promise.all([work(queue, execute), work(queue, execute)]);
    expect(await end).toMatchObject({ counts: { done: 5, failed: 0 }, failed: [], isStopped: false });
    expect(foundIn(collected)).toEqual(foundIn(single));
    expect(order).toEqual([5, 4, 3, 2, 1]);
    expect(workers.reduce((sum, { done }) => sum + done, 0)).toBe(5);
    expect(await queue.sum()).toBeUndefined();
  });

  it("does nothing again that is in its folder", async () => {
    const folder = newFolder();
    const { order, execute } = recorder();
    const first = new MemoryQueue();
    await Promise.all([collect(folder, first), workOnAll(first, execute)]);
    const second = new MemoryQueue();
    expect(await collect(folder, second)).toMatchObject({ counts: { done: 5 } });
    expect(order).toHaveLength(5);
  });

  it("has a job once, however often it is added", async () => {
    const queue = new MemoryQueue();
    await queue.open(plan);
    await queue.add([idOf(1), idOf(1)]);
    await queue.add([idOf(1)]);
    expect(await queue.counts()).toEqual({ waiting: 1, running: 0, ended: 0 });
  });

  it("finds a job done that is given twice", async () => {
    const [folder, own] = [newFolder(), newFolder()];
    const held = new HeldAttempts();
    const queue = new MemoryQueue();
    const end = collect(folder, queue);
    await allWait(queue);
    const workers = [work(queue, held.execute, { folder: own }), work(queue, held.execute, { folder: own })];
    await until(() => held.running.size === 2);
    // Its worker is not lost, and ends it all the same.
    queue.lose(idOf(5));
    for (const number of [5, 4, 3, 2, 1]) {
      await until(() => held.running.has(number));
      held.finish(number);
    }
    const counts = await Promise.all(workers);
    expect(counts.reduce((sum, { found }) => sum + found, 0)).toBe(1);
    expect(counts.reduce((sum, { done }) => sum + done, 0)).toBe(5);
    expect(await end).toMatchObject({ counts: { done: 5 } });
  });

  it("breaks the lock of a lost worker's job, and no other", async () => {
    const queue = new MemoryQueue();
    const locks: [string, boolean | undefined][] = [];
    const held = new HeldAttempts();
    const end = collect(newFolder(), queue);
    await allWait(queue);
    const lost = work(queue, held.execute);
    await until(() => held.running.has(5));
    queue.lose(idOf(5));
    await workOnQueue({
      ...{ plan, folder: newFolder(), queue, cores: 1, memory: 1e9, signal: never },
      execute:
        ({ breakLock }) =>
        async (execution) => {
          locks.push([execution.job.id, breakLock]);
          return finish(execution);
        },
    });
    expect(locks.filter(([, isBroken]) => isBroken)).toEqual([[idOf(5), true]]);
    expect(locks).toHaveLength(5);
    await end;
    held.finish(5);
    await lost;
  });

  it("gives the jobs of a stopped worker back, whose checkpoints stay", async () => {
    const [folder, own] = [newFolder(), newFolder()];
    const stop = new AbortController();
    const queue = new MemoryQueue();
    const end = collect(folder, queue);
    await allWait(queue);
    const stopped = work(
      queue,
      async ({ folder: job, signal }) => {
        mkdirSync(jobFiles.run(job));
        writeFileSync(join(jobFiles.run(job), "checkpoint"), "half");
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return { status: "stopped" };
      },
      { folder: own, signal: stop.signal },
    );
    await until(async () => (await queue.counts()).running === 1);
    stop.abort();
    expect(await stopped).toEqual({ done: 0, found: 0, failed: 0 });
    expect(await queue.counts()).toEqual({ waiting: 5, running: 0, ended: 0 });
    const checkpoints: string[] = [];
    const execute: Execute = async (execution) => {
      const checkpoint = join(jobFiles.run(execution.folder), "checkpoint");
      if (existsSync(checkpoint)) checkpoints.push(readFileSync(checkpoint, "utf8"));
      return finish(execution);
    };
    await work(queue, execute, { folder: own });
    expect(await end).toMatchObject({ counts: { done: 5 } });
    expect(checkpoints).toEqual(["half"]);
  });

  it("tries a job that fails three times, brings its log, and does the rest", async () => {
    const folder = newFolder();
    const { order, execute } = recorder((execution) => {
      if (execution.job.id !== idOf(3)) return finish(execution);
      writeFileSync(jobFiles.log(execution.folder), "out of luck\n");
      return { status: "failed", exitCode: 1, reason: "out of luck" };
    });
    const queue = new MemoryQueue();
    const [end] = await Promise.all([collect(folder, queue), workOnAll(queue, execute)]);
    expect(end).toMatchObject({ counts: { done: 4, failed: 1 }, failed: [idOf(3)] });
    expect(order.filter((one) => one === 3)).toHaveLength(3);
    const job = sweepFiles.job(folder, idOf(3));
    expect(JSON.parse(readFileSync(jobFiles.failed(job), "utf8"))).toEqual({
      ...{ tries: 3, exitCode: 1, reason: "out of luck" },
    });
    expect(readFileSync(jobFiles.log(job), "utf8")).toBe("out of luck\n");
    // Another run tries it again.
    const again = new MemoryQueue();
    const ended = collect(folder, again);
    await until(async () => (await again.counts()).waiting === 1);
    const [second] = await Promise.all([ended, work(again, recorder().execute)]);
    expect(second).toMatchObject({ counts: { done: 5, failed: 0 } });
    expect(existsSync(jobFiles.failed(job))).toBe(false);
  });

  it("leaves a result that is too large with its worker, and says where", async () => {
    const [folder, own] = [newFolder(), newFolder()];
    const execute: Execute = async ({ folder: job }) => {
      writeFileSync(jobFiles.result(job), JSON.stringify({ kind: "run", text: "x".repeat(MOST_SENT) }));
      return { status: "done" };
    };
    const queue = new MemoryQueue();
    const [end] = await Promise.all([collect(folder, queue), workOnAll(queue, execute, { folder: own })]);
    expect(end.kept).toHaveLength(5);
    expect(end.kept[0]).toContain(own);
    expect(existsSync(sweepFiles.plan(own))).toBe(true);
  });

  it("adds jobs again that the queue has lost", async () => {
    const folder = newFolder();
    const queue = new MemoryQueue();
    const end = collect(folder, queue);
    await allWait(queue);
    const { execute } = recorder();
    // As after a crash of what keeps it: nobody knows of the job any more.
    const forgetful = recorder(async (execution, tries) => {
      if (execution.job.id === idOf(2) && tries === 1) await queue.forget([idOf(2)]);
      return execute(execution) as Promise<{ status: "done" }>;
    });
    await work(queue, forgetful.execute);
    expect(await end).toMatchObject({ counts: { done: 5 } });
  });

  it("stops its workers when it is cancelled, and goes on later", async () => {
    const folder = newFolder();
    const held = new HeldAttempts();
    const queue = new MemoryQueue();
    const end = collect(folder, queue);
    await allWait(queue);
    const working = work(queue, held.execute);
    await until(() => held.running.has(5));
    held.finish(5);
    await until(() => held.running.size === 1);
    await queue.end();
    await expect(end).rejects.toThrow(/cancelled.*1 of 5 jobs are done, and the same command goes on/);
    held.finish(4);
    await working;
    const { order, execute } = recorder();
    const next = new MemoryQueue();
    const later = collect(folder, next);
    await until(async () => (await next.counts()).waiting === 4);
    await Promise.all([later, work(next, execute)]);
    expect(order).toEqual([4, 3, 2, 1]);
  });

  it("ends when its signal says so, while workers go on", async () => {
    const queue = new MemoryQueue();
    const stop = new AbortController();
    const end = collect(newFolder(), queue, { signal: stop.signal });
    await allWait(queue);
    stop.abort();
    expect(await end).toMatchObject({ isStopped: true, counts: { done: 0 } });
    expect(await queue.sum()).toBe(plan.sha256);
  });

  it("refuses a plan with halving, another plan in the queue, and another in the folder", async () => {
    const halving = { steps: [10], keep: 0.5, along: ["seed"] };
    const halved = planOf({ jobs: [{ at: { seed: 1 } }], rules: { halving } });
    await expect(collect(newFolder(), new MemoryQueue(), { plan: halved })).rejects.toThrow(
      /without --queue/,
    );
    const other = planOf({ jobs: [{ at: { seed: 9 } }] });
    const queue = new MemoryQueue();
    await queue.open(other);
    await expect(collect(newFolder(), queue)).rejects.toThrow(/jobs of another plan/);
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(sweepFiles.plan(folder), JSON.stringify(other));
    await expect(collect(folder, new MemoryQueue())).rejects.toThrow(/runs of another plan/);
    expect(readdirSync(folder)).toEqual(["plan.json"]);
  });
});
