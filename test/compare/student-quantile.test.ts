import { describe, expect, it } from "vitest";
import { studentQuantile, studentTwoSided } from "../../src/compare/index.js";

describe("studentQuantile", () => {
  // mpmath's betainc, bisected with 30 digits.
  it.each([
    [0.05, 2, 4.302652729749464],
    [0.05, 7, 2.364624251592785],
    [0.05, 29, 2.045229642132704],
    [0.05, 199, 1.971956544251754],
    [0.01, 2, 9.924843200918293],
    [0.001, 3, 12.92397863668748],
    [0.4, 5, 0.919543780240826],
    [0.05, 2.5, 3.574654842003683],
    [0.0005, 30.5, 3.894041287593705],
    [1e-6, 12, 9.08469293413127],
    [0.025, 1, 25.45169957935708],
  ])("is that of the tables to 1e-11: %f beyond, ν = %f", (beyond, freedom, expected) => {
    expect(Math.abs(studentQuantile(beyond, freedom) / expected - 1)).toBeLessThan(1e-11);
  });

  it("goes through all that a confidence may ask for, few degrees of freedom and many", () => {
    for (const freedom of [1, 2, 5.5, 40, 1e5, Number.POSITIVE_INFINITY]) {
      for (const beyond of [0.999, 0.5, 0.05, 1e-4, 1e-9]) {
        const quantile = studentQuantile(beyond, freedom);
        // A relative error of 1e-12 in t is one of at most t²·1e-12 in P of the normal law, and less of others.
        const tolerance = 1e-11 * Math.max(1, Math.min(freedom, quantile * quantile));
        expect(Math.abs(studentTwoSided(quantile, freedom) / beyond - 1)).toBeLessThan(tolerance);
      }
    }
  });

  it("is 0 where nothing need lie within, and as near as is asked for", () => {
    expect(studentQuantile(1, 5)).toBe(0);
    expect(Math.abs(studentQuantile(0.05, 7, 1e-3) / 2.364624251592785 - 1)).toBeLessThan(1e-3);
  });
});
