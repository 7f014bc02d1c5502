import { describe, expect, it } from "vitest";
import { InvalidArgumentError } from "../../../src/network/errors.js";
import { SCHEDULES } from "../../../src/network/settings/learning-rate.js";
import { courseOf, learningRateSchedule, requireWarmup } from "../../../src/train/step/schedule.js";

describe("the cosine schedule", () => {
  it("falls from the initial rate by half a cosine", () => {
    const rateAt = learningRateSchedule({ schedule: "cosine", initial: 0.4, steps: 6 });
    // (1 + cos(k·30°))/2 from the cosines of these angles: 1, √3/2, 1/2, 0, −1/2, −√3/2.
    const cosines = [1, Math.sqrt(3) / 2, 0.5, 0, -0.5, -Math.sqrt(3) / 2];
    cosines.forEach((cosine, step) => {
      expect(Math.abs(rateAt(step) - 0.2 * (1 + cosine))).toBeLessThan(4 * Number.EPSILON);
    });
  });
});

describe("warm-up", () => {
  it.each(SCHEDULES)("rises linearly, and leaves the other steps to %s", (schedule) => {
    const [steps, warmup] = [50, 7];
    const rateAt = learningRateSchedule({ schedule, initial: 0.8, steps, warmup });
    const alone = learningRateSchedule({ schedule, initial: 0.8, steps: steps - warmup });
    const rates = Array.from({ length: steps }, (_, step) => rateAt(step));
    expect(rates.slice(warmup)).toEqual(Array.from({ length: steps - warmup }, (_, step) => alone(step)));
    // 0.1, 0.2, …, 0.7, and then 0.8.
    rates.slice(0, warmup + 1).forEach((rate, step) => {
      expect(Math.abs(rate - 0.1 * (step + 1))).toBeLessThan(2 * Number.EPSILON);
    });
  });

  it("is counted in epochs or in steps", () => {
    const plan = { schedule: "constant", learningRate: 1, length: { steps: 30 } } as const;
    const inEpochs = courseOf({ ...plan, warmup: { epochs: 0.5 } }, 10);
    const inSteps = courseOf({ ...plan, warmup: { steps: 5 } }, 10);
    for (let step = 0; step < 30; step++) expect(inEpochs.rateAt(step)).toBe(inSteps.rateAt(step));
    expect(inSteps.rateAt(4)).toBeLessThan(1);
    expect(inSteps.rateAt(5)).toBe(1);
    expect(courseOf({ ...plan, length: { epochs: 2.5 } }, 10).steps).toBe(25);
  });

  it("that leaves no step is refused: before the data where that can be known", () => {
    expect(() => requireWarmup({ steps: 30 }, { steps: 30 })).toThrow(
      'warmup must be shorter than the run\'s 30 steps, not "30 steps"',
    );
    expect(() => requireWarmup({ epochs: 3 }, { epochs: 2 })).toThrow(InvalidArgumentError);
    expect(() => requireWarmup({ epochs: 3 }, { steps: 30 })).not.toThrow();
    const plan = { schedule: "constant", learningRate: 1, length: { steps: 30 } } as const;
    expect(() => courseOf({ ...plan, warmup: { epochs: 3 } }, 10)).toThrow(
      "warmup must be shorter than the run's 30 steps",
    );
  });

  it("of more steps than can be counted is refused, and so is a run", () => {
    const plan = { schedule: "constant", learningRate: 1 } as const;
    const most = 2 ** 53 / 781;
    expect(courseOf({ ...plan, length: { epochs: Math.floor(most) } }, 781).steps).toBeLessThan(2 ** 53);
    expect(() => courseOf({ ...plan, length: { epochs: most * 1.001 } }, 781)).toThrow(
      /^epochs must be at most 11532905575852 epochs here, of 781 steps each, not \d+/,
    );
    const length = { steps: Number.MAX_SAFE_INTEGER };
    expect(() => courseOf({ ...plan, length, warmup: { epochs: 1e15 } }, 781)).toThrow(
      /^warmup must be at most/,
    );
  });

  it.each([{ steps: 0 }, { steps: 1.5 }, { epochs: 0 }, { epochs: Number.NaN }, { epochs: 1e16 }])(
    "of %j is refused",
    (warmup) => {
      expect(() => requireWarmup(warmup, { steps: 30 })).toThrow(InvalidArgumentError);
    },
  );
});
