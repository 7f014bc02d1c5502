import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { OutputError, OutputPlaceError } from "../../src/network/errors.js";
import { PlanError } from "../../src/sweep/plan/plan-error.js";
import { sealed } from "../../src/sweep/plan/plan-sweep.js";
import { parsePlan } from "../../src/sweep/plan/read-plan.js";
import { jobFiles, sweepFiles } from "../../src/sweep/run/sweep-folder.js";
import type { SweepProgress } from "../../src/sweep/run/sweep-state.js";
import { newPathsIn, temporaryFolder } from "../helpers/temporary-folder.js";
import { finish, foundIn, HeldAttempts, idOf, planOf, recorder, sweepIn } from "./fake-sweep.js";

const newFolder = newPathsIn(temporaryFolder("sweep-run"));
const seconds = (...all: readonly number[]) =>
  planOf({ jobs: all.map((one, seed) => ({ at: { seed }, seconds: one })) });

describe("the order of jobs", () => {
  it("is the longest first, and of equal ones that of the plan", async () => {
    const { order, execute } = recorder();
    const { counts } = await sweepIn(newFolder(), { plan: seconds(1, 5, 3, 5), execute });
    expect(order).toEqual([2, 4, 3, 1]);
    expect(counts).toMatchObject({ done: 4, failed: 0 });
  });

  it("has one job a core, and more threads each once there are fewer jobs than cores", async () => {
    const attempts = new HeldAttempts();
    const running = sweepIn(newFolder(), {
      plan: seconds(6, 5, 4, 3, 2, 1),
      execute: attempts.execute,
      cores: 4,
    });
    await vi.waitFor(() => expect(attempts.threads).toEqual({ 1: 1, 2: 1, 3: 1, 4: 1 }));
    attempts.finish(2);
    await vi.waitFor(() => expect(attempts.threads).toEqual({ 1: 1, 3: 1, 4: 1, 5: 1 }));
    for (const number of [1, 3, 4]) attempts.finish(number);
    // The last one has what the other one leaves.
    await vi.waitFor(() => expect(attempts.threads[6]).toBeGreaterThan(0));
    for (const number of [5, 6]) attempts.finish(number);
    expect((await running).counts.done).toBe(6);
  });

  it("gives two jobs four cores each of eight", async () => {
    const attempts = new HeldAttempts();
    const running = sweepIn(newFolder(), { plan: seconds(2, 1), execute: attempts.execute, cores: 8 });
    await vi.waitFor(() => expect(attempts.threads).toEqual({ 1: 4, 2: 4 }));
    for (const number of [1, 2]) attempts.finish(number);
    await running;
  });

  it("starts no more together than the memory has room for, and one that has none alone", async () => {
    const plan = planOf({
      jobs: [9, 4, 3, 3].map((bytes, seed) => ({ at: { seed }, seconds: 9 - seed, bytes })),
    });
    const attempts = new HeldAttempts();
    const running = sweepIn(newFolder(), { plan, execute: attempts.execute, cores: 8, memory: 7 });
    await vi.waitFor(() => expect(Object.keys(attempts.threads)).toEqual(["1"]));
    attempts.finish(1);
    await vi.waitFor(() => expect(attempts.threads).toEqual({ 2: 1, 3: 1 }));
    for (const number of [2, 3]) attempts.finish(number);
    // Two threads of it fit, three do not.
    await vi.waitFor(() => expect(attempts.threads).toEqual({ 4: 2 }));
    attempts.finish(4);
    expect((await running).counts.done).toBe(4);
  });
});

describe("a job that fails", () => {
  const plan = seconds(3, 2, 1);
  const failed = { status: "failed", exitCode: 7, reason: "no luck" } as const;

  it("is tried three times, after the others, then reported, and tried anew by the next run", async () => {
    const folder = newFolder();
    const first = recorder((one) => (one.job.id === idOf(1) ? failed : finish(one)));
    const end = await sweepIn(folder, { plan, execute: first.execute });
    expect(first.order).toEqual([1, 2, 3, 1, 1]);
    expect(end).toMatchObject({ failed: [idOf(1)], isStopped: false, counts: { done: 2, failed: 1 } });
    const file = jobFiles.failed(sweepFiles.job(folder, idOf(1)));
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ tries: 3, exitCode: 7, reason: "no luck" });
    const second = recorder();
    const later = await sweepIn(folder, { plan, execute: second.execute });
    expect(second.order).toEqual([1]);
    expect(later).toMatchObject({ failed: [], counts: { done: 3 } });
    expect(existsSync(file)).toBe(false);
  });

  it("is reported after the first try where its command was refused, and the rest is done", async () => {
    const folder = newFolder();
    const refused = { status: "failed", exitCode: 2, reason: "--lr must be a positive number" } as const;
    const { order, execute } = recorder((one) => (one.job.id === idOf(2) ? refused : finish(one)));
    const end = await sweepIn(folder, { plan, execute });
    expect(order).toEqual([1, 2, 3]);
    expect(end).toMatchObject({ failed: [idOf(2)], counts: { done: 2, failed: 1 } });
    const file = jobFiles.failed(sweepFiles.job(folder, idOf(2)));
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ tries: 1, exitCode: 2 });
  });

  it("is done when the third try is", async () => {
    const { order, execute } = recorder((one, tries) => (tries < 3 ? failed : finish(one)));
    const end = await sweepIn(newFolder(), { plan, execute });
    expect(order).toHaveLength(9);
    expect(end).toMatchObject({ failed: [], counts: { done: 3 } });
  });

  it("is not run to no end where something else stops it each time", async () => {
    const { order, execute } = recorder(() => ({ status: "stopped" }));
    const end = await sweepIn(newFolder(), { plan: seconds(1), execute });
    expect(order).toHaveLength(3);
    expect(end.failed).toEqual([idOf(1)]);
  });
});

describe("a run after another", () => {
  it("does what is left alone, and does again what is damaged, of another command or of other settings", async () => {
    const folder = newFolder();
    const plan = seconds(1, 1, 1, 1, 1);
    await sweepIn(folder, { plan, execute: recorder().execute });
    const results = [
      '{"kind":"run","outcome":"tr',
      '{"kind":"sample"}',
      '{"kind":"run","provenance":{"arguments":{"seed":1}}}',
      '{"kind":"run","provenance":{"arguments":{"seed":3}}}',
    ];
    for (const [index, result] of results.entries()) {
      writeFileSync(jobFiles.result(sweepFiles.job(folder, idOf(index + 1))), result);
    }
    const { order, execute } = recorder();
    await sweepIn(folder, { plan, execute });
    // The seed of the third is 2, and that of the fourth 3.
    expect(order).toEqual([1, 2, 3]);
    const again = recorder();
    await sweepIn(folder, { plan, execute: again.execute });
    expect(again.order).toEqual([]);
  });

  it("goes on with what was stopped", async () => {
    const folder = newFolder();
    const plan = seconds(3, 2, 1);
    const stop = new AbortController();
    const execute = recorder((one) => {
      if (one.job.id !== idOf(2)) return finish(one);
      return new Promise((resolve) => {
        one.signal.addEventListener("abort", () => resolve({ status: "stopped" }));
        stop.abort();
      });
    });
    const end = await sweepIn(folder, { plan, execute: execute.execute, signal: stop.signal });
    expect(end).toMatchObject({ isStopped: true, failed: [], counts: { done: 1, ready: 1, waiting: 1 } });
    const rest = recorder();
    expect(await sweepIn(folder, { plan, execute: rest.execute })).toMatchObject({ isStopped: false });
    expect(rest.order).toEqual([2, 3]);
  });

  it("is refused with another plan, and while another goes on", async () => {
    const folder = newFolder();
    const attempts = new HeldAttempts();
    const running = sweepIn(folder, { plan: seconds(1), execute: attempts.execute });
    await vi.waitFor(() => expect(attempts.running.size).toBe(1));
    await expect(sweepIn(folder, { plan: seconds(1), execute: attempts.execute })).rejects.toThrow(
      "is in use by",
    );
    attempts.finish(1);
    await running;
    const before = foundIn(folder);
    const other = sweepIn(folder, { plan: seconds(1, 2), execute: attempts.execute });
    await expect(other).rejects.toThrow(PlanError);
    await expect(other).rejects.toThrow(
      /^\S+ has the runs of another plan \(\S+plan\.json\): give this one another folder$/,
    );
    expect(foundIn(folder)).toEqual(before);
  });
});

describe("a folder", () => {
  it.runIf(process.getuid?.() !== 0)("that cannot be written to is refused", async () => {
    const folder = newFolder();
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    const run = sweepIn(folder, { plan: seconds(1), execute: recorder().execute });
    await expect(run).rejects.toThrow(OutputPlaceError);
  });

  it("that goes away ends the sweep with one error, after what runs has been asked to stop, and is not made again", async () => {
    const folder = newFolder();
    const asked: boolean[] = [];
    let start = () => {};
    const started = new Promise<void>((resolve) => {
      start = resolve;
    });
    const { execute } = recorder(async (one) => {
      if (one.job.id === idOf(1)) {
        await started;
        rmSync(folder, { recursive: true });
        return { status: "failed", exitCode: 1, reason: "gone" };
      }
      start();
      return new Promise((resolve) => {
        one.signal.addEventListener("abort", () => {
          asked.push(true);
          resolve({ status: "stopped" });
        });
      });
    });
    const run = sweepIn(folder, { plan: seconds(3, 2, 1), execute, cores: 2 });
    await expect(run).rejects.toThrow(OutputError);
    await expect(run).rejects.toThrow(/^cannot write .*: no such file or folder$/);
    expect(asked).toEqual([true]);
    expect(existsSync(folder)).toBe(false);
  });

  it("with a file in the way of a job's ends it in the same way", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "jobs"), { recursive: true });
    writeFileSync(sweepFiles.job(folder, idOf(1)), "");
    const run = sweepIn(folder, { plan: seconds(3), execute: recorder().execute });
    await expect(run).rejects.toThrow(/^cannot write to .*: a file is in the way of a folder$/);
  });
});

describe("the time left", () => {
  it("follows what was measured, and not a clock that is set", async () => {
    let now = 0;
    vi.spyOn(Date, "now").mockReturnValue(-1e12);
    let progress!: () => SweepProgress;
    const seen: (number | undefined)[] = [];
    const { execute } = recorder((one) => {
      if (one.job.id === idOf(1)) expect(progress().secondsLeft).toBe(40);
      one.onProgress?.(0.5);
      seen.push(progress().secondsLeft);
      now += 30_000;
      vi.spyOn(Date, "now").mockReturnValue(1e15 * Math.random());
      return finish(one);
    });
    await sweepIn(newFolder(), {
      plan: seconds(20, 10, 10),
      execute,
      now: () => now,
      onStart: (given) => {
        progress = given;
      },
    });
    vi.restoreAllMocks();
    // 20 s took 30, so that 15 are 22.5; then 30 s have taken 60, and 5 are 10.
    expect(seen).toEqual([30, 22.5, 10]);
    expect(progress().secondsLeft).toBe(0);
  });
});

describe("a plan that is read", () => {
  const plan = seconds(1, 2);
  const read = (value: unknown) => () =>
    parsePlan(typeof value === "string" ? value : JSON.stringify(value), {
      source: "plan.json",
      version: "0.1.0",
    });
  const { sha256: _, ...contents } = plan;

  it("is the plan that was written, however it is set out", () => {
    expect(read(plan)()).toEqual(plan);
    expect(read(JSON.stringify(plan, null, 4))()).toEqual(plan);
  });

  it.each([
    [
      "was edited",
      { ...plan, fixed: { steps: 3 } },
      /^plan\.json was edited after it was planned: edit what/,
    ],
    ["lost a job", { ...plan, jobs: plan.jobs.slice(1) }, /^plan\.json was edited after it was planned/],
    [
      "is of another version",
      sealed({ ...contents, respath: "0.2.0" }),
      /^plan\.json was planned by respath 0\.2\.0, and this is 0\.1\.0: plan it again/,
    ],
    [
      "has a job twice",
      sealed({ ...contents, jobs: [plan.jobs[0]!, plan.jobs[0]!] }),
      /^plan\.json has job 0000000000000001 twice/,
    ],
    ["is of a later format", { ...plan, format: 2 }, /^plan\.json was written by a newer version/],
    ["lacks its jobs", { ...plan, jobs: undefined }, /^plan\.json is no plan of a sweep: jobs is missing/],
    ["is no JSON", "grid:", /^plan\.json is no plan of a sweep: it is not JSON/],
  ])("is refused when it %s", (_what, value, message) => {
    expect(read(value)).toThrow(PlanError);
    expect(read(value)).toThrow(message);
  });
});
