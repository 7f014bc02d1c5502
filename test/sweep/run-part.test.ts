import { describe, expect, it } from "vitest";
import { countsLine, cut, tableOf } from "../../src/cli/sweep/progress-view.js";
import { PlanError } from "../../src/sweep/plan/plan-error.js";
import { jobsWithIds, shardOf } from "../../src/sweep/run/part.js";
import type { SweepProgress } from "../../src/sweep/run/sweep-state.js";
import { idOf, planOf } from "./fake-sweep.js";

const numbers = (jobs: readonly { readonly id: string }[]) => jobs.map(({ id }) => Number(id));
const shards = (plan: Parameters<typeof shardOf>[0], of: number) =>
  Array.from({ length: of }, (_, index) => shardOf(plan, { index: index + 1, of }));

describe("shards", () => {
  const plan = planOf({
    jobs: Array.from({ length: 103 }, (_, n) => ({ at: { n, seed: n % 4 }, seconds: 1 + ((n * 37) % 50) })),
  });

  it.each([1, 2, 7, 103, 200])("are all jobs once, of %d that take about as long", (of) => {
    const parts = shards(plan, of);
    expect(numbers(parts.flat()).sort((a, b) => a - b)).toEqual(numbers(plan.jobs));
    const seconds = parts.map((jobs) => jobs.reduce((sum, job) => sum + job.seconds!, 0));
    // No two differ by more than the longest job.
    expect(Math.max(...seconds) - Math.min(...seconds)).toBeLessThanOrEqual(50);
  });

  it("are dealt there and back from the longest on", () => {
    const few = planOf({ jobs: [1, 6, 2, 5, 3, 4].map((seconds, n) => ({ at: { n }, seconds })) });
    expect(shards(few, 2).map(numbers)).toEqual(
      [
        [1, 2, 5],
        [3, 4, 6],
      ].map((_, index) => (index === 0 ? [2, 3, 5] : [1, 4, 6])),
    );
  });

  it.each([
    [{ giveUp: { diverged: 1 } }, 6],
    [{ halving: { steps: [3], keep: 0.5, along: ["lr"] } }, 3],
  ])("keep together what %j decides on", (rules, groups) => {
    const jobs = [1, 2, 3].flatMap((depth) =>
      [0.1, 0.2].flatMap((lr) => [0, 1].map((seed) => ({ at: { depth, lr, seed }, seconds: depth }))),
    );
    const parts = shards(planOf({ jobs, rules }), 20).filter((part) => part.length > 0);
    expect(parts).toHaveLength(groups);
    for (const part of parts) expect(part).toHaveLength(12 / groups);
  });
});

describe("jobs by their ids", () => {
  const jobs = [0, 1].flatMap((lr) => [0, 1].map((seed) => ({ at: { lr, seed } })));

  it("are those, in the order of the plan", () => {
    expect(numbers(jobsWithIds(planOf({ jobs }), [idOf(4), idOf(2)]))).toEqual([2, 4]);
  });

  it("are refused where there is none, or rules decide on them with others", () => {
    expect(() => jobsWithIds(planOf({ jobs }), ["12"])).toThrow(new PlanError('the plan has no job "12"'));
    const ruled = planOf({ jobs, rules: { giveUp: { diverged: 1 } } });
    expect(numbers(jobsWithIds(ruled, [idOf(1), idOf(2)]))).toEqual([1, 2]);
    expect(() => jobsWithIds(ruled, [idOf(2)])).toThrow(
      `the plan's rules decide on job ${idOf(2)} together with job ${idOf(1)}: name both or neither`,
    );
  });
});

describe("the table", () => {
  const counts = { waiting: 1, ready: 2, running: 3, done: 4, failed: 1, skipped: 0 };
  const running = [0.1, 0.999, undefined].map((fraction, seed) => ({
    job: { id: idOf(seed + 1), at: { lr: 0.1, alpha: `1/\u001b[2J${seed}` } },
    threads: seed + 1,
    fraction,
  }));
  const progress: SweepProgress = { counts, running, secondsLeft: 700 };

  it("has the running jobs, the farthest first, by their settings, and cannot steer the terminal", () => {
    expect(tableOf(progress, 2)).toEqual(
      [
        "99 % lr=0.1 alpha=1/\\u001b[2J1 on 2 threads",
        "10 % lr=0.1 alpha=1/\\u001b[2J0",
        "  and 1 more",
        "sweep: 4 of 11 done, 1 failed, 3 running, about 12 min left",
      ].map((line, index) => (index < 2 ? ` ${line}` : line)),
    );
  });

  it("says no time where nothing is left, or it is not known", () => {
    const over = { waiting: 0, ready: 0, running: 0, done: 4, failed: 1, skipped: 2 };
    expect(countsLine({ counts: over, running: [], secondsLeft: 0 })).toBe(
      "sweep: 4 of 7 done, 1 failed, 2 skipped",
    );
    expect(countsLine({ counts, running })).toBe("sweep: 4 of 11 done, 1 failed, 3 running");
  });

  it("fits into the width", () => {
    expect(cut("学习率 abc", 7)).toBe("学习率 ");
    expect(cut("abc", 2)).toBe("ab");
    expect(cut("abc", 3)).toBe("abc");
  });
});
