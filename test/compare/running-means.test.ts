import { describe, expect, it } from "vitest";
import { meanWithError, summarizeSeries } from "../../src/compare/index.js";
import { RunningMeans } from "../../src/compare/running-means.js";
import { nextNormal, openStream } from "../../src/random/index.js";

/** 2⁻⁵². */
const EPSILON = Number.EPSILON;

function summaryOf(values: readonly number[]) {
  const means = new RunningMeans();
  for (const value of values) means.add([value]);
  return means.at(0);
}

/** One part in 2^40, of which integers are added up without rounding. */
const PART = 2 ** -40;

/** Mean and standard error of k·2⁻⁴⁰, in whole numbers: nothing is rounded before the last division. */
function exactly(parts: readonly number[]) {
  const n = BigInt(parts.length);
  let [sum, squares] = [0n, 0n];
  for (const part of parts) {
    const k = BigInt(part);
    sum += k;
    squares += k * k;
  }
  // n Σk² − (Σk)² = n Σ(k − k̄)²
  const spread = Number(n * squares - sum * sum);
  return {
    mean: (Number(sum) / parts.length) * PART,
    se: (Math.sqrt(spread / (parts.length - 1)) / parts.length) * PART,
  };
}

describe("running means", () => {
  it.each([
    ["numbers around 0", 0, 0.1, 1000],
    ["numbers that differ in their last digits alone", 1000, 1e-9, 1000],
    ["as many as there may be", 0.3, 0.05, 1_000_000],
  ])("are those of the exact sums: %s", (_, centre, spread, count) => {
    const stream = openStream({ seed: 1, purpose: "running-means", index: [count] });
    const parts = Array.from({ length: count }, () =>
      Math.round((centre + spread * nextNormal(stream)) / PART),
    );
    const values = parts.map((part) => part * PART);
    const { mean, se } = summaryOf(values);
    const exact = exactly(parts);
    const z = (values[0] - exact.mean) / (exact.se * Math.sqrt(count));
    const apart = values.reduce((sum, value) => sum + Math.abs(value - values[0]), 0) / count;
    expect(Math.abs(mean - exact.mean)).toBeLessThanOrEqual(2 * EPSILON * (Math.abs(exact.mean) + apart));
    expect(Math.abs(se / exact.se - 1)).toBeLessThanOrEqual(4 * EPSILON * (1 + z * z));
  });

  it("are those of two passes over what is kept, wherever the trials stop", () => {
    const stream = openStream({ seed: 2, purpose: "running-means" });
    const [means, values]: [RunningMeans, number[]] = [new RunningMeans(), []];
    for (let n = 1; n <= 300; n++) {
      const value = 5 + nextNormal(stream);
      values.push(value);
      means.add([value]);
      const { mean, se } = meanWithError(values);
      // The reference adds n numbers, and rounds each time.
      expect(Math.abs(means.at(0).mean / mean - 1)).toBeLessThanOrEqual(n * EPSILON);
      if (n > 1) expect(Math.abs(means.at(0).se / se - 1)).toBeLessThanOrEqual(5 * n * EPSILON);
    }
    expect(means.count).toBe(300);
  });

  it("are the same to the bit in units of any power of two", () => {
    const values = [0, 3, 1.5, 4, 1, 5.25, 9];
    const { mean, se } = summaryOf(values);
    for (const unit of [2 ** -1000, 2 ** -600, 2 ** 600, 2 ** 1020]) {
      expect(summaryOf(values.map((value) => value * unit))).toEqual({ mean: mean * unit, se: se * unit });
    }
  });

  it.each([
    [[1e308, -1.5e308, 1e308]],
    [[1e-320, 3e-320, 2e-320]],
    [[1e-300, 1e-100, 1, 1e100, 1e300]],
    [[1e300, 1e-300, 2e300, 0]],
    [[0, 0, 0, 1e-200, 3e-200]],
    [[7]],
    [[0, 0]],
    [[-2, -2, -2]],
    [[1, Number.NaN, 1]],
    [[Number.POSITIVE_INFINITY, 1]],
    [[1, 2, Number.NEGATIVE_INFINITY]],
  ])("neither overflow nor underflow on the way: %j", (values) => {
    const { mean, se } = summaryOf(values);
    const expected = meanWithError(values);
    if (!Number.isFinite(expected.mean) || expected.se === 0) return expect({ mean, se }).toEqual(expected);
    // Numbers below 2⁻¹⁰²² have fewer digits.
    const rounding = (value: number) => 8 * EPSILON * Math.abs(value) + Number.MIN_VALUE;
    expect(Math.abs(mean - expected.mean)).toBeLessThanOrEqual(rounding(expected.mean));
    expect(Math.abs(se - expected.se)).toBeLessThanOrEqual(rounding(expected.se));
  });

  it("are of as many numbers as a trial gives", () => {
    const rows = [Float64Array.of(1, 5, 1e300), Float64Array.of(3, 5, 3e300)];
    expect(summarizeSeries(rows)).toEqual({ mean: [2, 5, 2e300], se: [1, 0, 1e300] });
    expect(summarizeSeries([])).toEqual({ mean: [], se: [] });
  });
});
