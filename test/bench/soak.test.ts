import { describe, expect, it } from "vitest";
import { growthBetween, slopeOf, verdictOf } from "../../bench/soak/slope.js";
import { openStream } from "../../src/random/index.js";

const seriesOf = (count: number, rssAt: (step: number, index: number) => number) =>
  Array.from({ length: count }, (_, index) => {
    const step = 10_000 * (index + 1);
    return { step, rss: rssAt(step, index) };
  });

describe("slopeOf", () => {
  it("is that of a straight line, with no error", () => {
    const slope = slopeOf(seriesOf(57, (step) => 4e8 + 50 * step));
    expect(slope?.value).toBeCloseTo(0.5, 12);
    expect(slope?.se).toBeLessThan(1e-9);
    expect(slope?.samples).toBe(57);
  });

  it("passes over samples that are far off", () => {
    const slope = slopeOf(seriesOf(100, (step, index) => 4e8 + 50 * step + (index % 10 === 7 ? 5e8 : 0)));
    // A median of ten of which one has moved to the end is half a step further, in each piece.
    expect(slope?.value).toBeCloseTo(0.5, 12);
  });

  it("has a standard error that its error is as large as", () => {
    const stream = openStream({ seed: 0, purpose: "soak test" });
    const errors = Array.from({ length: 400 }, () => {
      const { value, se } = slopeOf(seriesOf(100, () => 4e8 + 1e6 * stream.nextUniform()))!;
      return value / se;
    });
    // Student's t with 8 degrees of freedom has the variance 8/6 and the kurtosis 4.5.
    const variance = errors.reduce((total, error) => total + error ** 2, 0) / errors.length;
    const se = (8 / 6) * Math.sqrt(3.5 / errors.length);
    expect(Math.abs(variance - 8 / 6)).toBeLessThan(4 * se);
  });

  it("wants two samples a piece", () => {
    expect(slopeOf(seriesOf(19, () => 1))).toBeNull();
    expect(slopeOf(seriesOf(20, () => 1))).toMatchObject({ value: 0, samples: 20 });
  });
});

it("says below or above with two standard errors to spare", () => {
  const slope = (value: number, se: number) => ({ value, se, samples: 100 });
  expect(verdictOf(slope(0.5, 0.2), 1)).toBe("below");
  expect(verdictOf(slope(0.5, 0.3), 1)).toBe("open");
  expect(verdictOf(slope(1.5, 0.3), 1)).toBe("open");
  expect(verdictOf(slope(1.5, 0.2), 1)).toBe("above");
  expect(verdictOf(null, 1)).toBe("open");
});

it("counts what is live by 10,000 steps", () => {
  expect(growthBetween({ step: 20_000, bytes: 5e6 }, { step: 120_000, bytes: 15e6 })).toBe(1);
});
