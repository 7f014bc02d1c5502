import { describe, expect, it } from "vitest";
import { judgeOutcome, learningRateSchedule } from "../../../src/train/index.js";
import { findNotFinite } from "../../../src/train/run/outcome.js";

const around = (level: number, spread: number, steps: number) =>
  Array.from({ length: steps }, (_, i) => level + (i % 2 === 0 ? spread : -spread));

describe("judgeOutcome", () => {
  const judge = (losses: number[]) => judgeOutcome({ losses, classes: 10 });

  // The mean losses of FINDINGS' table of small runs: BatchNorm and SkipInit at n = 100, and divide-by-√2.
  it.each([
    [1.78, "trained"],
    [1.92, "trained"],
    [2.07, "trained"],
    [2.3, "stalled"],
    [2.31, "stalled"],
    [2.32, "stalled"],
  ])("a last loss of %f is %s", (level, outcome) => {
    expect(judge([...around(2.5, 0.1, 130), ...around(level, 0.05, 20)]).outcome).toBe(outcome);
  });

  it("looks at the last 20 steps, or 5 %", () => {
    expect(judge([...around(1.5, 0.01, 130), ...around(2.3, 0.01, 20)]).judged).toMatchObject({ steps: 20 });
    expect(judge([...around(2.3, 0.01, 950), ...around(1.5, 0.01, 50)])).toMatchObject({
      outcome: "trained",
      judged: { steps: 50 },
    });
  });

  it("wants the loss clearly below: two standard errors", () => {
    // ln 10 − 0.1 = 2.2026; the mean is 2.19, its standard error 0.1/√20 · √(20/19) = 0.0229 or a tenth of it.
    expect(judge(around(2.19, 0.1, 20)).outcome).toBe("stalled");
    expect(judge(around(2.19, 0.01, 20)).outcome).toBe("trained");
  });

  it("a descent from far above to chance is stalled", () => {
    expect(judge([...around(50, 1, 30), ...around(Math.LN10, 0.001, 30)]).outcome).toBe("stalled");
  });

  it("names the step at which a loss was not finite", () => {
    const outcome = judge([2.3, 9, Number.POSITIVE_INFINITY]);
    expect(outcome).toEqual({
      outcome: "diverged",
      step: 3,
      reason: "the training loss was not finite at step 3",
    });
  });

  it("a loss that explodes and stays finite is diverged, from the step on at which it left", () => {
    // Tenfold at each step: the standard error of the mean is as large as the mean.
    const exploding = Array.from({ length: 10 }, (_, i) => 2.5 * 10 ** i);
    const outcome = judge([...around(2.5, 0.05, 90), ...exploding, ...around(2.5e10, 1e10, 20)]);
    expect(outcome).toMatchObject({ outcome: "diverged", step: 92, judged: { mean: 2.5e10, steps: 20 } });
    expect(outcome.reason).toBe(
      "at 20 of the last 20 steps the training loss is above 2.650, that is 0.1 more than its start, 2.550, and than ln(10)",
    );
    expect(judge([...around(2.5, 0.05, 90), ...exploding])).toMatchObject({ outcome: "stalled" });
    expect(judge([...around(2.5, 0.05, 90), ...exploding, ...around(2.5, 0.05, 90)]).outcome).toBe("stalled");
  });

  it("a loss that is back at chance, or jitters around it, is stalled", () => {
    expect(judge([2.4, ...around(1e10, 1e9, 100), ...around(Math.LN10, 0.01, 20)]).outcome).toBe("stalled");
    expect(judge(around(Math.LN10, 0.02, 200)).outcome).toBe("stalled");
    // A start below chance is luck, not learning: 2.32 is above 2.1 + 0.1 and below ln 10 + 0.1.
    expect(judge([2.1, ...around(2.32, 0.02, 200)]).outcome).toBe("stalled");
  });

  it("a loss above chance and below its start has not diverged", () => {
    expect(judge([1e6, ...around(1e3, 10, 200)])).toMatchObject({ outcome: "stalled", step: 201 });
    expect(judge([10, ...around(10.2, 0.05, 200)])).toMatchObject({ outcome: "diverged", step: 2 });
  });

  it("counts three quarters of the last steps", () => {
    // ln 10 + 0.1 is 2.403.
    const mixed = (above: number) => [...Array(above).fill(2.5), ...Array(20 - above).fill(2.4)];
    expect(judge([...around(2.3, 0, 100), ...mixed(15)]).outcome).toBe("diverged");
    expect(judge([...around(2.3, 0, 100), ...mixed(14)]).outcome).toBe("stalled");
  });

  it("gives a run 100 steps to get over its start, and says so", () => {
    expect(judge([2.3, ...around(9, 0.1, 98)])).toMatchObject({
      outcome: "stalled",
      reason: expect.stringMatching(
        /; at 20 of the last 20 steps .* above 2\.403, .* counts as divergence after 100 steps$/,
      ),
    });
    expect(judge([2.3, ...around(9, 0.1, 99)]).outcome).toBe("diverged");
  });

  it("a signal that is not finite after the last step is divergence, whatever the loss", () => {
    const losses = around(1.5, 0.01, 30);
    expect(judgeOutcome({ losses, classes: 10, notFinite: "a logit" })).toMatchObject({
      outcome: "diverged",
      step: 30,
      reason: "a logit is not finite after step 30",
      judged: { mean: 1.5 },
    });
  });

  it("does not take a single step for learning: its standard error is not known", () => {
    expect(judge([2.4])).toMatchObject({ outcome: "stalled", judged: { se: 0, steps: 1 } });
    expect(judge([0.5])).toMatchObject({
      outcome: "stalled",
      reason: "the training loss of one step, 0.500, is not clearly below 2.203, that is ln(10) − 0.1",
    });
  });

  it("has the standard error of the sample deviation, divided by n − 1", () => {
    // Mean 2, squares 0.01 + 0 + 0.01: s² = 0.02/2, and s/√3.
    const { judged } = judge([1.9, 2, 2.1]);
    expect(judged?.mean).toBeCloseTo(2, 14);
    expect(judged?.se).toBeCloseTo(0.1 / Math.sqrt(3), 14);
    const spread = (Math.LN10 - 0.1 - 2) / 2;
    const two = (factor: number) => judge([2 - factor * spread, 2 + factor * spread]).outcome;
    // Of two, the error is half their distance, factor·spread; from the population it would be 1/√2 of that.
    expect([two(0.99), two(1.01), two(1.4)]).toEqual(["trained", "stalled", "stalled"]);
  });
});

describe("findNotFinite", () => {
  const block = (index: number, skip: number, branch: number) => ({
    block: index,
    stage: 1,
    transition: false,
    skip,
    branch,
  });
  const logits = (...values: number[]) => Float32Array.from(values);

  it.each([
    [[block(1, 1, 2), block(2, 3, 4)], logits(1, -2), undefined],
    [
      [block(1, 1, 2), block(2, 3, Number.NaN), block(3, Infinity, 1)],
      logits(1),
      "the variance of the branch of block 2",
    ],
    [[block(1, Infinity, 2)], logits(1), "the variance of the skip path of block 1"],
    [[block(1, 1, 2)], logits(1, 1e39), "a logit"],
  ])("names the first on the way (%#)", (blocks, values, name) => {
    expect(findNotFinite({ blocks, logits: values })).toBe(name);
  });
});

describe("learningRateSchedule", () => {
  it("constant", () => {
    const rate = learningRateSchedule({ schedule: "constant", initial: 0.1, steps: 10 });
    expect([rate(0), rate(9)]).toEqual([0.1, 0.1]);
  });

  it("paper: 200 epochs, halved at epoch 100 and every 10 epochs from then on", () => {
    const rate = learningRateSchedule({ schedule: "paper", initial: 1, steps: 200 });
    expect([0, 99, 100, 109, 110, 150, 199].map((step) => Math.log2(rate(step)))).toEqual(
      [-0, -0, -1, -1, -2, -6, -10].map((x) => x || 0),
    );
  });
});
