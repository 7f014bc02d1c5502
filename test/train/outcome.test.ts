import { describe, expect, it } from "vitest";
import { judgeOutcome, learningRateSchedule } from "../../src/train/index.js";

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
      reason: "the training loss was not finite at step 3",
    });
  });

  it("judges a single step", () => {
    expect(judge([2.4])).toMatchObject({ outcome: "stalled", judged: { se: 0, steps: 1 } });
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
