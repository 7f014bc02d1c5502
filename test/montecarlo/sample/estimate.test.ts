import { describe, expect, it } from "vitest";
import { meanWithError } from "../../../src/compare/index.js";
import {
  estimate,
  type RunningEstimate,
  type StoppingRule,
} from "../../../src/montecarlo/sample/estimate.js";
import { nextNormal, openStream } from "../../../src/random/index.js";

/** Trial t is a normal number of its own, whichever are asked for. */
function run(rule: StoppingRule, found: readonly number[] = []) {
  const asked: number[] = [];
  const seen: RunningEstimate[] = [];
  const drawn = (trial: number) => nextNormal(openStream({ seed: 3, purpose: "estimate", index: [trial] }));
  const appended: number[] = [];
  let read = 0;
  const journal = {
    found: async function* () {
      for (const value of found) {
        read++;
        yield value;
      }
    },
    append: async (value: number) => void appended.push(value),
  };
  const records: number[] = [];
  const finished = estimate<number>({
    rule,
    quantity: (value) => value,
    journal,
    sums: { add: (value) => void records.push(value) },
    onTrial: (running) => seen.push(running),
    run: async function* ({ from, to }) {
      for (let trial = from; trial < to; trial++) {
        asked.push(trial);
        yield drawn(trial);
      }
    },
  });
  return finished.then((result) => ({ ...result, records, read, asked, seen, appended, drawn }));
}

describe("estimate", () => {
  it("does as many trials as it is told", async () => {
    const { records, isReached, asked, seen, drawn } = await run({ trials: 5 });
    expect(asked).toEqual([0, 1, 2, 3, 4]);
    expect(records).toEqual(asked.map(drawn));
    expect(isReached).toBe(true);
    expect(seen.map(({ fraction }) => fraction)).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
    const { mean, se } = meanWithError(records.slice(0, 4));
    expect(seen[3].trials).toBe(4);
    expect(seen[3].mean).toBeCloseTo(mean, 14);
    expect(seen[3].se).toBeCloseTo(se, 14);
  });

  it("stops at the first number of trials, from 8 on, whose standard error is small enough", async () => {
    const { records, isReached, seen } = await run({ precision: 0.2, maxTrials: 500 });
    expect(isReached).toBe(true);
    expect(meanWithError(records).se).toBeLessThanOrEqual(0.2);
    for (let n = 8; n < records.length; n++)
      expect(meanWithError(records.slice(0, n)).se).toBeGreaterThan(0.2);
    expect(seen.at(-1)?.fraction).toBe(1);
    for (const { fraction } of seen.slice(0, -1)) {
      expect(fraction).toBeGreaterThan(0);
      expect(fraction).toBeLessThan(1);
    }
    expect((await run({ precision: 100, maxTrials: 500 })).records).toHaveLength(8);
  });

  it("ends without it at the most trials", async () => {
    const { records, isReached } = await run({ precision: 1e-3, maxTrials: 20 });
    expect([records.length, isReached]).toEqual([20, false]);
  });

  it("takes what a journal holds first, and no more of it than an uninterrupted run would have", async () => {
    const rule = { precision: 0.2, maxTrials: 500 };
    const whole = await run(rule);
    const rest = await run(rule, whole.records.slice(0, 11));
    expect(rest.records).toEqual(whole.records);
    expect(rest.asked[0]).toBe(11);
    expect(rest.appended).toEqual(whole.records.slice(11));
    const more = await run(rule, [...whole.records, 77, 88]);
    expect(more.records).toEqual(whole.records);
    expect(more.asked).toEqual([]);
    expect(more.read).toBe(whole.records.length);
    expect((await run({ trials: 2 }, whole.records)).records).toEqual(whole.records.slice(0, 2));
  });

  it("looks at each trial once, however many reports there are, and keeps none", async () => {
    const trials = 2000;
    let [reads, alive, reports] = [0, 0, 0];
    const record = (trial: number) => {
      alive++;
      return {
        get value() {
          reads++;
          return Math.sin(trial);
        },
      };
    };
    const released = { add: () => void alive-- };
    const finished = await estimate<{ readonly value: number }>({
      rule: { precision: 1e-9, maxTrials: trials },
      quantity: ({ value }) => value,
      sums: released,
      onTrial: () => void reports++,
      run: async function* ({ from, to }) {
        for (let trial = from; trial < to; trial++) yield record(trial);
      },
    });
    expect([finished.running.trials, reports, reads, alive]).toEqual([trials, trials, trials, 0]);
  });

  it("is stopped by its signal in the middle of trials that never wait, drawn or read", async () => {
    for (const source of ["run", "found"] as const) {
      const stop = new AbortController();
      // Where the event loop does not turn, this comes after a million trials.
      setImmediate(() => stop.abort(new Error("enough")));
      let last = 0;
      const endless = async function* () {
        for (; last < 1_000_000; last++) yield last;
      };
      const finished = estimate<number>({
        rule: { trials: 1_000_000 },
        quantity: (value) => value,
        sums: { add: () => {} },
        ...(source === "found" ? { journal: { found: endless, append: async () => {} } } : {}),
        run: endless,
        signal: stop.signal,
      });
      await expect(finished).rejects.toThrow("enough");
      expect(last).toBeLessThan(999_999);
    }
  });
});
