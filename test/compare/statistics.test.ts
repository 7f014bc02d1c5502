import { linearRegression, mean, sampleStandardDeviation } from "simple-statistics";
import { describe, expect, it } from "vitest";
import {
  compareWithTheory,
  fitWeightedLine,
  holm,
  meanWithError,
  slopeAgainstBlock,
  studentTwoSided,
  summarizeSeries,
} from "../../src/compare/index.js";
import { InvalidArgumentError } from "../../src/network/index.js";

describe("meanWithError", () => {
  it("is the mean and s/√n", () => {
    const values = [3, 1.5, 4, 1, 5.25, 9];
    const { mean: m, se } = meanWithError(values);
    expect(m).toBeCloseTo(mean(values), 14);
    expect(se).toBeCloseTo(sampleStandardDeviation(values) / Math.sqrt(6), 14);
  });

  it("neither overflows nor underflows on the way", () => {
    expect(meanWithError([1e308, 1.5e308]).mean / 1.25e308).toBeCloseTo(1, 14);
    expect(meanWithError([1e308, 1.5e308]).se / 0.25e308).toBeCloseTo(1, 14);
    expect(meanWithError([1e-300, 3e-300]).se / 1e-300).toBeCloseTo(1, 14);
    expect(meanWithError([1, Number.POSITIVE_INFINITY]).mean).toBe(Number.POSITIVE_INFINITY);
    expect(meanWithError([7])).toEqual({ mean: 7, se: 0 });
  });

  it("goes element by element over arrays", () => {
    expect(summarizeSeries([new Float64Array([1, 5]), new Float64Array([3, 5])])).toEqual({
      mean: [2, 5],
      se: [1, 0],
    });
  });
});

describe("studentTwoSided", () => {
  // ν = 1 and 2 in closed form.
  it.each([0.001, 0.5, 1, 3, 40])("is exact with 1 and 2 degrees of freedom at t = %f", (t) => {
    expect(studentTwoSided(t, 1) / (1 - (2 / Math.PI) * Math.atan(t))).toBeCloseTo(1, 11);
    const two = 2 / (2 + t * t + t * Math.sqrt(2 + t * t));
    expect(studentTwoSided(-t, 2) / two).toBeCloseTo(1, 11);
  });

  // For any ν, from the density by Simpson's rule on u = atan(t/√ν), in which the density is cos^(ν−1).
  it.each([
    [3.3, 7],
    [2, 19],
    [8, 31],
    [2.5, 30.5],
    [3, 400],
  ])("integrates the density: t = %f, ν = %f", (t, nu) => {
    const integral = (from: number, to: number) => {
      const steps = 200_000;
      const h = (to - from) / steps;
      let sum = 0;
      for (let i = 0; i <= steps; i++) {
        sum += (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2) * Math.cos(from + i * h) ** (nu - 1);
      }
      return (sum * h) / 3;
    };
    const edge = Math.atan(t / Math.sqrt(nu));
    const expected = integral(edge, Math.PI / 2) / integral(0, Math.PI / 2);
    expect(studentTwoSided(t, nu) / expected).toBeCloseTo(1, 8);
  });

  // mpmath's betainc, 30 digits.
  it.each([
    [5, 24.5, 3.93326427909621e-5],
    [40, 400, 7.158517712299835e-142],
    [0.0625, 1.25, 0.958638350586854],
    [1e5, 30, 2.072906840146629e-129],
    [3.5, 3, 0.0394810376192828],
  ])("is exact to 1e-12 far out, close in and between whole degrees: t = %f, ν = %f", (t, nu, expected) => {
    expect(Math.abs(studentTwoSided(t, nu) / expected - 1)).toBeLessThan(1e-12);
  });

  it("ends at 1 and at 0, and tends to the normal law", () => {
    expect(studentTwoSided(0, 5)).toBe(1);
    expect(studentTwoSided(Number.POSITIVE_INFINITY, 5)).toBe(0);
    expect(studentTwoSided(1.959963984540054, Number.POSITIVE_INFINITY)).toBeCloseTo(0.05, 5);
  });
});

describe("holm", () => {
  it("is the worked example of step-down", () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  });
});

describe("compareWithTheory", () => {
  it("has z = 0 for an exact mean without spread and infinite z for another", () => {
    expect(compareWithTheory({ mean: 0, se: 0 }, 0).z).toBe(0);
    expect(compareWithTheory({ mean: 1, se: 0 }, 0).z).toBe(Number.POSITIVE_INFINITY);
    expect(compareWithTheory({ mean: 4.5, se: 0.25 }, 4).z).toBe(2);
  });
});

describe("fitWeightedLine", () => {
  const point = (x: number, y: number, se: number, freedom = 10) => ({ x, mean: y, se, freedom });

  it("goes through two points, with the errors of their linear combination", () => {
    const line = fitWeightedLine([point(1 / 64, 4.1, 0.02), point(1 / 128, 4.15, 0.01)]);
    // Intercept 2·y(128) − y(64).
    expect(line.intercept).toBeCloseTo(4.2, 12);
    expect(line.interceptError).toBeCloseTo(Math.hypot(2 * 0.01, 0.02), 12);
    expect(line.slope).toBeCloseTo(-0.05 * 128, 10);
    expect(line.chiSquare).toBeCloseTo(0, 12);
    // Two equal parts of 10 degrees of freedom each.
    expect(line.freedom).toBeCloseTo(20, 10);
  });

  it("is ordinary least squares when all errors are equal", () => {
    const values = [2, 3.5, 3, 6, 5.5];
    const line = fitWeightedLine(values.map((y, x) => point(x, y, 0.3)));
    const { m, b } = linearRegression(values.map((y, x) => [x, y]));
    expect(line.slope).toBeCloseTo(m, 12);
    expect(line.intercept).toBeCloseTo(b, 12);
    expect(line.interceptError).toBeCloseTo(0.3 * Math.sqrt(1 / 5 + 4 / 10), 12);
    expect(line.slopeError).toBeCloseTo(0.3 / Math.sqrt(10), 12);
  });

  it("weighs a point three times when its variance is a third", () => {
    const thrice = fitWeightedLine([point(0, 1, 1), point(1, 5, 1 / Math.sqrt(3)), point(3, 4, 1)]);
    const { m, b } = linearRegression([
      [0, 1],
      [1, 5],
      [1, 5],
      [1, 5],
      [3, 4],
    ]);
    expect(thrice.slope).toBeCloseTo(m, 12);
    expect(thrice.intercept).toBeCloseTo(b, 12);
  });

  it("refuses one abscissa and errors that are unknown", () => {
    expect(() => fitWeightedLine([point(1, 1, 1), point(1, 2, 1)])).toThrow(InvalidArgumentError);
    expect(() => fitWeightedLine([point(1, 1, 0), point(2, 2, 1)])).toThrow(/more trials/);
  });
});

describe("slopeAgainstBlock", () => {
  it("fits the blocks from the one that is named", () => {
    expect(slopeAgainstBlock([100, 7, 9, 11], 2)).toBeCloseTo(2, 12);
    expect(slopeAgainstBlock([1, 2, 4])).toBeCloseTo(1.5, 12);
    expect(slopeAgainstBlock([5, 14, 17, 23], 1, [1, 4, 5, 7])).toBeCloseTo(3, 12);
    expect(slopeAgainstBlock([99, 14, 17, 23], 2, [1, 4, 5, 7])).toBeCloseTo(3, 12);
    expect(() => slopeAgainstBlock([1, 2], 2)).toThrow(InvalidArgumentError);
  });
});
