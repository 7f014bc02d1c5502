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
  const journal = { records: found, append: async (value: number) => void appended.push(value) } as never;
  const finished = estimate<number>({
    rule,
    quantity: (value) => value,
    journal,
    onTrial: (running) => seen.push(running),
    run: async function* ({ from, to }) {
      for (let trial = from; trial < to; trial++) {
        asked.push(trial);
        yield drawn(trial);
      }
    },
  });
  return finished.then((result) => ({ ...result, asked, seen, appended, drawn }));
}

describe("estimate", () => {
  it("does as many trials as it is told", async () => {
    const { records, isReached, asked, seen, drawn } = await run({ trials: 5 });
    expect(asked).toEqual([0, 1, 2, 3, 4]);
    expect(records).toEqual(asked.map(drawn));
    expect(isReached).toBe(true);
    expect(seen.map(({ fraction }) => fraction)).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
    expect(seen[3]).toMatchObject({ ...meanWithError(records.slice(0, 4)), trials: 4 });
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
    expect((await run({ trials: 2 }, whole.records)).records).toEqual(whole.records.slice(0, 2));
  });
});
