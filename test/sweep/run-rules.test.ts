import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SweepRules } from "../../src/network/documents/sweep.js";
import { openStream } from "../../src/random/index.js";
import type { Execute } from "../../src/sweep/run/execution.js";
import { decideRung, type Rung } from "../../src/sweep/run/rungs.js";
import { jobFiles, sweepFiles } from "../../src/sweep/run/sweep-folder.js";
import { standingAt } from "../../src/sweep/run/training-loss.js";
import { newPathsIn, temporaryFolder } from "../helpers/temporary-folder.js";
import { foundIn, idOf, planOf, recorder, sweepIn, trainFake } from "./fake-sweep.js";

const newFolder = newPathsIn(temporaryFolder("sweep-rules"));

/** A grid of rates and seeds, the seeds running fastest, for each of some depths. */
function gridOf(
  rules: SweepRules,
  { depths = [1], rates, seeds }: { depths?: number[]; rates: number[]; seeds: number },
) {
  const jobs = depths.flatMap((depth) =>
    rates.flatMap((lr) =>
      Array.from({ length: seeds }, (_, seed) => ({ at: { depth, lr, seed }, seconds: 1 + lr })),
    ),
  );
  return planOf({ jobs, rules });
}

const reasonsIn = (folder: string, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const text = foundIn(folder)[join("jobs", idOf(index + 1), "skipped.json")];
    return text === undefined ? undefined : JSON.parse(text).reason;
  });

describe("giving up", () => {
  it("skips the later seeds of a cell whose first have all diverged, and no others", async () => {
    const folder = newFolder();
    const plan = gridOf({ giveUp: { diverged: 2 } }, { rates: [0.1, 2], seeds: 4 });
    const { order, execute } = recorder((one) => trainFake(one));
    const end = await sweepIn(folder, { plan, execute, cores: 8 });
    expect([...order].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    const reason = "the first 2 runs of its cell have diverged";
    expect(reasonsIn(folder, 8)).toEqual([...Array(6).fill(undefined), reason, reason]);
    expect(end.counts).toMatchObject({ done: 6, skipped: 2, failed: 0 });
  });

  it("goes on where one of them has failed, and skips what it has run once that one has diverged after all", async () => {
    const folder = newFolder();
    const plan = gridOf({ giveUp: { diverged: 1 } }, { rates: [2], seeds: 2 });
    const { order, execute } = recorder((one, tries) =>
      one.job.id === idOf(1) && tries <= 3 ? { status: "failed", exitCode: 1, reason: "" } : trainFake(one),
    );
    expect((await sweepIn(folder, { plan, execute })).failed).toEqual([idOf(1)]);
    expect(reasonsIn(folder, 2)).toEqual([undefined, undefined]);
    expect((await sweepIn(folder, { plan, execute })).counts).toMatchObject({ done: 1, skipped: 1 });
    expect(order).toEqual([1, 1, 1, 2, 1]);
    expect(reasonsIn(folder, 2)).toEqual([undefined, "the first run of its cell has diverged"]);
  });
});

describe("halving", () => {
  const rules: SweepRules = { halving: { steps: [10, 20], keep: 0.5, along: ["lr"] } };
  const grid = { depths: [1, 2], rates: [0.05, 0.4, 0.1, 3, 0.2], seeds: 3 };

  it("keeps the rates with the least loss on the first seed, group by group, and runs those on all", async () => {
    const folder = newFolder();
    const stops: Record<string, (number | undefined)[]> = {};
    const { execute } = recorder((one) => {
      stops[one.job.id] = [...(stops[one.job.id] ?? []), one.stopAt];
      return trainFake(one);
    });
    const end = await sweepIn(folder, { plan: gridOf(rules, grid), execute, cores: 3 });
    const rungs: Rung[] = JSON.parse(readFileSync(sweepFiles.rungs(folder), "utf8"));
    // 3 is best after 10 steps, and has diverged after 20.
    const ranked = (list: Rung["kept"]) => list.map(({ at }) => at["lr"]);
    expect(rungs.map(({ at, steps, kept, dropped }) => [at, steps, ranked(kept), ranked(dropped)])).toEqual(
      [1, 2].flatMap((depth) => [
        [{ depth }, 10, [3, 0.4, 0.2], [0.1, 0.05]],
        [{ depth }, 20, [0.4, 0.2], [3]],
      ]),
    );
    const mean = (from: number) =>
      Array.from({ length: 10 }, (_, n) => 2 / (1 + 0.4 * (from + n))).reduce((a, b) => a + b) / 10;
    expect(rungs[0]!.kept[1]!.at).toEqual({ depth: 1, lr: 0.4 });
    expect(rungs[0]!.kept[1]!.loss).toBeCloseTo(mean(1), 12);
    expect(rungs[1]!.kept[0]!.loss).toBeCloseTo(mean(11), 12);
    expect(rungs[1]!.dropped[0]!.loss).toBeNull();
    const early = "not among the best 3 of 5 after step 10";
    const late = "not among the best 2 of 3 after step 20";
    const none = undefined;
    const reasons = [
      early,
      early,
      early,
      none,
      none,
      none,
      early,
      early,
      early,
      late,
      late,
      late,
      none,
      none,
      none,
    ];
    expect(reasonsIn(folder, 30)).toEqual([...reasons, ...reasons]);
    expect(end.counts).toMatchObject({ done: 12, skipped: 18 });
    // The survivor's first run went on twice; its others ran once, and those of the dropped never.
    expect([4, 5, 2, 1].map((number) => stops[idOf(number)])).toEqual([[10, 20, none], [none], none, [10]]);
  });

  it("does not decide again what was decided", async () => {
    const folder = newFolder();
    const plan = gridOf(rules, { rates: [0.1, 0.2], seeds: 1 });
    mkdirSync(folder);
    const decided: Rung[] = [
      {
        at: { depth: 1 },
        steps: 10,
        kept: [{ at: { lr: 0.1, depth: 1 }, loss: 1 }],
        dropped: [{ at: { lr: 0.2, depth: 1 }, loss: 2 }],
      },
    ];
    writeFileSync(sweepFiles.rungs(folder), JSON.stringify(decided));
    const { order, execute } = recorder((one) => trainFake(one));
    await sweepIn(folder, { plan, execute });
    expect(order).toEqual([1]);
    expect(JSON.parse(readFileSync(sweepFiles.rungs(folder), "utf8"))).toEqual(decided);
    writeFileSync(sweepFiles.rungs(folder), "[{}]");
    await expect(sweepIn(folder, { plan, execute })).rejects.toThrow(
      /rungs\.json is damaged: .*; remove it to decide again$/,
    );
  });

  it("counts a run that fails three times as not finite, and does not wait for it", async () => {
    const folder = newFolder();
    const plan = gridOf(rules, { rates: [0.1, 0.2, 0.4], seeds: 2 });
    const { execute } = recorder((one) =>
      one.job.at["lr"] === 0.4 ? { status: "failed", exitCode: 1, reason: "" } : trainFake(one),
    );
    const end = await sweepIn(folder, { plan, execute });
    expect(end.failed).toEqual([idOf(5)]);
    expect(end.counts).toMatchObject({ done: 2, failed: 1, skipped: 3, waiting: 0 });
  });

  it("ranks by loss, keeps a share rounded up but no more, and leaves ties in order", () => {
    const rivals = [Number.NaN, 3, 1, 3, Number.POSITIVE_INFINITY, 2, 5, 6, 7, 8].map((loss, n) => ({
      cell: { at: { n }, jobs: [] },
      loss,
    }));
    const places = (keep: number) => {
      const { kept, dropped } = decideRung({ group: { at: {}, cells: [] }, steps: 1, keep, rivals });
      return [kept, dropped].map((list) => list.map(({ at }) => at["n"]));
    };
    expect(places(0.7)).toEqual([
      [2, 5, 1, 3, 6, 7, 8],
      [9, 0, 4],
    ]);
    expect(places(0.01)[0]).toEqual([2]);
    expect(places(1)[1]).toEqual([]);
  });

  it("takes the mean of the last 5 % of the steps so far, at least 10, without those after", async () => {
    const folder = newFolder();
    const run = jobFiles.run(folder);
    mkdirSync(run, { recursive: true });
    const lines = (count: number) =>
      Array.from({ length: count }, (_, n) => `{"step":${n + 1},"loss":${n + 1}}\n`).join("");
    writeFileSync(join(run, "metrics.jsonl"), `${lines(1000)}{"step":1001,"lo`);
    expect(await standingAt(folder, 2000)).toEqual({ steps: 1000, loss: (951 + 1000) / 2 });
    expect(await standingAt(folder, 400)).toEqual({ steps: 400, loss: (381 + 400) / 2 });
    expect(await standingAt(folder, 30)).toEqual({ steps: 30, loss: (21 + 30) / 2 });
    expect(await standingAt(folder, 4)).toEqual({ steps: 4, loss: 2.5 });
    expect(await standingAt(newFolder(), 4)).toEqual({ steps: 0, loss: Number.NaN });
  });
});

describe("what rules decide", () => {
  const rules: SweepRules = {
    giveUp: { diverged: 2 },
    halving: { steps: [5, 12], keep: 0.6, along: ["lr", "depth"] },
  };
  const plan = gridOf(rules, { depths: [1, 2], rates: [0.05, 0.4, 3, 2], seeds: 4 });

  /** Runs it to the end on some cores, with attempts of any length that fail now and then, stopped now and then. */
  async function disturbed(folder: string, seed: number): Promise<void> {
    const stream = openStream({ seed, purpose: "disturbances" });
    const failures = new Map<string, number>();
    for (;;) {
      const stop = new AbortController();
      let left = 3 + Math.floor(12 * stream.nextUniform());
      const execute: Execute = async (one) => {
        if (left-- === 0) stop.abort();
        for (let ticks = Math.floor(6 * stream.nextUniform()); ticks > 0; ticks--) {
          await new Promise((resolve) => setImmediate(resolve));
        }
        const failed = failures.get(one.job.id) ?? 0;
        if (failed < 2 && stream.nextUniform() < 0.2) {
          failures.set(one.job.id, failed + 1);
          return { status: "failed", exitCode: 1, reason: "no luck" };
        }
        if (!one.signal.aborted) return trainFake(one);
        // It has come somewhere.
        return trainFake({
          ...one,
          stopAt: Math.min(one.stopAt ?? 40, 1 + Math.floor(39 * stream.nextUniform())),
        });
      };
      const cores = 1 + Math.floor(5 * stream.nextUniform());
      const end = await sweepIn(folder, { plan, execute, cores, signal: stop.signal });
      if (!end.isStopped) return;
    }
  }

  it("is the same whatever the order, the failures and the interruptions", async () => {
    const whole = newFolder();
    await sweepIn(whole, { plan, execute: async (one) => trainFake(one) });
    const expected = foundIn(whole);
    expect(Object.keys(expected).filter((name) => name.endsWith("skipped.json")).length).toBeGreaterThan(10);
    for (let seed = 1; seed <= 8; seed++) {
      const folder = newFolder();
      await disturbed(folder, seed);
      expect(foundIn(folder), `seed ${seed}`).toEqual(expected);
    }
  });
});
