import { describe, expect, it } from "vitest";
import { NumberSeries } from "../../../src/train/run/number-series.js";
import { TakenSteps } from "../../../src/train/run/taken-steps.js";

const step = (number: number, loss: number | null, testAccuracy?: number) => ({
  step: number,
  epoch: number / 10,
  loss,
  accuracy: 0.5,
  learningRate: 0.1,
  imagesPerSecond: 100 + number,
  ...(testAccuracy === undefined ? {} : { testAccuracy }),
});

describe("NumberSeries", () => {
  it.each([0, 1, 1023, 1024, 1025, 5000])("gives back %d numbers as they came", (count) => {
    const numbers = Array.from({ length: count }, (_, index) => Math.sqrt(index) * (-1) ** index);
    const series = new NumberSeries();
    for (const number of numbers) series.push(number);
    expect(series.length).toBe(count);
    expect(series.toArray()).toEqual(numbers);
  });
});

describe("TakenSteps", () => {
  it("counts none", () => {
    const taken = new TakenSteps();
    expect(taken).toMatchObject({ count: 0, last: undefined, best: undefined, tests: [] });
    expect(taken.losses()).toEqual([]);
  });

  it("keeps the losses, the speeds, the last step and the tests", () => {
    const taken = new TakenSteps();
    taken.add(step(1, 2.5));
    taken.add(step(2, 2.25, 0.3));
    taken.add(step(3, null));
    expect(taken.count).toBe(3);
    expect(taken.last).toEqual(step(3, null));
    expect(taken.losses()).toEqual([2.5, 2.25, Number.NaN]);
    expect(taken.imagesPerSecond()).toEqual([101, 102, 103]);
    expect(taken.tests).toEqual([step(2, 2.25, 0.3)]);
  });

  it("takes the test that follows a step, and the first of the best", () => {
    const taken = new TakenSteps();
    const tested = [0.2, 0.4, 0.4, 0.1].map((accuracy, index) => {
      taken.add(step(index + 1, 1));
      const one = { ...step(index + 1, 1), testAccuracy: accuracy };
      taken.addTest(one);
      expect(taken.last).toBe(one);
      return one;
    });
    expect(taken.count).toBe(4);
    expect(taken.best).toBe(tested[1]);
    expect(taken.tests).toEqual(tested);
  });
});
