/*
 * One sweep of jobs that sleep, in a process of its own: what is found is in the folder, and what it took is printed as JSON.
 *
 *   node --import tsx bench/sweep-scale/simulate.ts --plan plan.json --result result.json --workers 10 --folder DIR
 *
 * --workers 0 is a machine of two cores without a queue, as sweep run has it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { SweepPlanDocument } from "../../src/network/documents/sweep.js";
import type { WorkOptions } from "../../src/sweep/engines/queue.js";
import { collectSweep } from "../../src/sweep/engines/queue-collector.js";
import { MemoryQueue } from "../../src/sweep/engines/queue-memory.js";
import { workOnQueue } from "../../src/sweep/engines/queue-worker.js";
import { sealed } from "../../src/sweep/plan/plan-sweep.js";
import type { Execute } from "../../src/sweep/run/execution.js";
import { runSweep } from "../../src/sweep/run/run-sweep.js";
import { jobFiles } from "../../src/sweep/run/sweep-folder.js";
import { writeFileWhole } from "../../src/system/write-file.js";
import { type Fate, fateOf } from "./fate.js";
import { VirtualClock } from "./virtual-clock.js";

const { values: given } = parseArgs({
  options: {
    plan: { type: "string", default: "" },
    result: { type: "string", default: "" },
    workers: { type: "string", default: "1" },
    folder: { type: "string", default: "" },
  },
});
const workers = Number(given.workers);
/** Machines that the workers are on. */
const machines = Math.min(8, workers);
/** Cores of the machine that has no queue. */
const CORES = 2;
const template = JSON.parse(readFileSync(given.result, "utf8"));

const read: SweepPlanDocument = JSON.parse(readFileSync(given.plan, "utf8"));
const fates = new Map<string, Fate>(read.jobs.map(({ id }, place) => [id, fateOf(place)]));
const { sha256: _, ...unsealed } = read;
const plan = sealed({
  ...unsealed,
  jobs: read.jobs.map((job) => ({ ...job, seconds: Number(fates.get(job.id)!.foreseen.toPrecision(3)) })),
});

const tries = new Map<string, number>();
/** Whoever sees that a job's worker is lost. */
let lose = (_id: string): void => {};
let clock: VirtualClock;

/** Sleeps, and writes what a run has found. */
const execute: Execute = async ({ job, folder }) => {
  const { seconds, failures, isLost } = fates.get(job.id)!;
  const times = (tries.get(job.id) ?? 0) + 1;
  tries.set(job.id, times);
  await clock.sleep(seconds / 2);
  if (isLost && times === 1) lose(job.id);
  await clock.sleep(seconds / 2);
  if (times <= failures) return { status: "failed", exitCode: 1, reason: "the simulation says so" };
  const { lr, seed } = job.at as { readonly lr: number; readonly seed: number };
  const mean = 1 + Math.abs(Math.log2(lr) + 4) / 10 + 0.01 * Math.sin(seed + Math.log2(lr));
  const loss = { ...template.loss, judged: { ...template.loss.judged, mean } };
  const found = { ...template, seed, learningRate: lr, loss, testAccuracy: 1 / (1 + mean), provenance: {} };
  await writeFileWhole(jobFiles.result(folder), JSON.stringify(found));
  return { status: "done" };
};

/** A queue that tells the clock who works. */
class SimulatedQueue extends MemoryQueue {
  working = 0;

  override work({ attempt, ...options }: WorkOptions): Promise<void> {
    return super.work({
      ...options,
      attempt: async (delivery) => {
        this.working++;
        try {
          return await attempt(delivery);
        } finally {
          this.working--;
          clock.check();
        }
      },
    });
  }
}

const never = new AbortController().signal;
const memory = Number.POSITIVE_INFINITY;
const collected = join(given.folder, "collected");

async function throughQueue() {
  const queue = new SimulatedQueue();
  clock = new VirtualClock(
    async (sleepers) =>
      sleepers === queue.working && (sleepers === workers || (await queue.counts()).waiting === 0),
  );
  lose = (id) => queue.lose(id);
  const end = collectSweep({ plan, folder: collected, queue, signal: never });
  while ((await queue.sum()) === undefined || (await queue.counts()).waiting < plan.jobs.length) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const ends = await Promise.all(
    Array.from({ length: machines }, (_, machine) =>
      workOnQueue({
        ...{ plan, queue, memory, signal: never, execute: () => execute },
        folder: join(given.folder, `machine-${machine}`),
        cores: Math.floor(workers / machines) + (machine < workers % machines ? 1 : 0),
      }),
    ),
  );
  return { end: await end, found: ends.reduce((sum, { found }) => sum + found, 0) };
}

async function withoutQueue() {
  let left = plan.jobs.length;
  clock = new VirtualClock((sleepers) => sleepers === Math.min(CORES, left));
  const end = await runSweep({
    ...{ plan, folder: collected, memory, signal: never, cores: CORES },
    execute: async (execution) => {
      const attempt = await execute(execution);
      const isOver = attempt.status === "done" || (tries.get(execution.job.id) ?? 0) >= 3;
      if (isOver) left--;
      clock.check();
      return attempt;
    },
  });
  return { end, found: 0 };
}

const started = performance.now();
const { end, found } = await (workers === 0 ? withoutQueue() : throughQueue());
const wall = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage();
const times = [...fates.values()].map((fate, place) => {
  const { id } = plan.jobs[place]!;
  return { each: fate.seconds, all: fate.seconds * (tries.get(id) ?? 0) };
});
const atOnce = workers || CORES;
const work = times.reduce((sum, { all }) => sum + all, 0);
const longest = times.reduce((most, { each }) => Math.max(most, each), 0);
console.log(
  JSON.stringify({
    attempts: [...tries.values()].reduce((sum, one) => sum + one, 0),
    lost: workers === 0 ? 0 : [...fates.values()].filter(({ isLost }) => isLost).length,
    foundDone: found,
    done: end.counts.done,
    failed: end.failed.length,
    virtualHours: clock!.now / 3600,
    /** Of the time that the jobs take together, or the longest of them where that is more. */
    efficiency: Math.max(work / atOnce, longest) / clock!.now,
    wallSeconds: wall,
    cpuSeconds: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1e3,
  }),
);
