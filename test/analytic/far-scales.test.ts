import { describe, expect, it } from "vitest";
import { parseScale } from "../../src/analytic/expression.js";
import {
  compareSchemes,
  configureScheme,
  gradientPathLengths,
  pathLengths,
  precisionLimits,
  predictGradients,
  predictPathLaw,
  predictPathLengths,
  predictProfile,
  predictVarianceProfile,
} from "../../src/analytic/index.js";
import { branchFractions } from "../../src/network/index.js";
import { product, scaled, squareOf, timesPowerOfTwo } from "../../src/network/scaled-number.js";

/** The scales of a custom scheme, whose squares leave float64. */
const custom = (alpha: string, skip: string, normalized = false) =>
  configureScheme("custom", {
    alpha: parseScale(alpha, "alpha"),
    skip: parseScale(skip, "skip"),
    normalized,
  });

describe("scales whose squares float64 does not hold", () => {
  // q = α²/(α² + β²) from the ratio.
  const cases: [string, string, number][] = [
    ["1e-200", "1e-200", 1 / 2],
    ["1e200", "1e200", 1 / 2],
    ["-1e300", "1e300", 1 / 2],
    ["2e-300", "1e-300", 4 / 5],
    ["5e-324", "5e-324", 1 / 2],
    ["1e-162", "3e-162", 1 / 10],
    ["1e170", "3e170", 1 / 10],
    ["1e-200", "0", 1],
    ["0", "1e-200", 0],
    ["1e-200", "1e200", 0],
    ["1e200", "1e-200", 1],
    ["1e200", "1", 1],
  ];

  it.each(cases)("--alpha %s --skip %s: q = %f, in one law and block by block", (alpha, skip, q) => {
    for (const activation of ["linear", "relu"] as const) {
      const options = { scheme: custom(alpha, skip), depth: 5, activation };
      const { lengths } = predictPathLaw(options);
      // Rounding of α² + β² and of the division, on numbers that are decimal fractions.
      const digits = 14;
      expect(lengths.mean).toBeCloseTo(5 * q, digits);
      const blocks = branchFractions(predictProfile(options));
      for (const found of blocks) expect(found).toBeCloseTo(q, digits);
      expect(pathLengths(predictProfile(options)).cdf(2)).toBeCloseTo(lengths.cdf(2), 12);
      expect(gradientPathLengths(options).mean).toBeCloseTo(5 * q, 12);
    }
    // i − i + … is the same scale, and none that a closed form is known of.
    const listed = predictPathLengths({ scheme: custom(`${alpha}+0*i`, skip), depth: 5 });
    expect(listed).toMatchObject({ method: "poisson-binomial" });
    expect(listed.mean).toBeCloseTo(5 * q, 12);
  });

  it("follows the variance itself, 0 and null beyond float64, and its logarithm", () => {
    const small = predictVarianceProfile({ scheme: custom("1e-200", "1e-200"), depth: 2 });
    expect([small.skip, small.branch]).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(small.overflowBlock).toBeNull();
    const large = predictVarianceProfile({ scheme: custom("1e200", "1e200"), depth: 2 });
    expect([large.skip, large.branch]).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(large.overflowBlock).toBe(1);
    // Each block multiplies by 2·1e∓400.
    for (const [text, log10] of [
      ["1e-200", -400],
      ["1e200", 400],
    ] as const) {
      const [row] = compareSchemes({ schemes: [custom(text, text)], depth: 3 }).schemes;
      expect(row.totalVariance.log10).toBeCloseTo(3 * (log10 + Math.log10(2)), 9);
      expect(row.gradientRatio.log10).toBeCloseTo(2 * (log10 + Math.log10(2)), 9);
      expect(row.meanLength).toBeCloseTo(1.5, 14);
    }
    const { logSquaredNorm } = predictGradients({ scheme: custom("1e-200", "1e-200"), depth: 1 });
    expect(logSquaredNorm[0]).toBeCloseTo(-400 * Math.LN10 + Math.LN2, 9);
  });

  it("keeps what behind a normaliser comes out as if α were 1", () => {
    // From an input of variance 0 the fractions are 1/i whatever α is.
    for (const alpha of ["1", "1e-200", "1e200"]) {
      const options = { scheme: custom(alpha, "1", true), depth: 4, convention: "paper" as const };
      expect(predictPathLaw(options).lengths.mean).toBeCloseTo(1 + 1 / 2 + 1 / 3 + 1 / 4, 13);
      const q = branchFractions(predictProfile(options));
      [1, 1 / 2, 1 / 3, 1 / 4].forEach((share, index) => void expect(q[index]).toBeCloseTo(share, 14));
    }
    // Beside a unit input a branch of 1e-400 adds nothing, and one of 1e400 everything at first.
    const mean = (alpha: string, skip = "1") =>
      predictPathLaw({ scheme: custom(alpha, skip, true), depth: 4 }).lengths.mean;
    expect(mean("1e-200")).toBeLessThan(1e-300);
    expect(mean("1e200")).toBeCloseTo(1 + 1 / 2 + 1 / 3 + 1 / 4, 13);
    // Block 1 halves 1e-400 of each; from block 2 on the skip path has 1e-800.
    expect(mean("1e-200", "1e-200")).toBeCloseTo(1 / 2 + 3, 14);
  });

  it("finds where number formats end", () => {
    const limits = (alpha: string, skip: string, normalized = false) =>
      precisionLimits({ scheme: custom(alpha, skip, normalized), depth: 50, format: "float32" });
    expect(limits("1e-200", "1e-200")).toMatchObject({ underflow: 1, branchLost: null, skipLost: null });
    expect(limits("1e200", "1e200")).toMatchObject({ activationOverflow: 1, branchLost: null });
    expect(limits("1e-200", "1")).toMatchObject({ underflow: null, branchLost: 1 });
    expect(limits("1e-200", "1", true)).toMatchObject({ underflow: null, branchLost: 1 });
    expect(limits("1e200", "1", true)).toMatchObject({ activationOverflow: 1, skipLost: 1 });
  });

  it("still refuses a block that nothing leaves, and only that", () => {
    expect(() => predictPathLaw({ scheme: custom("0", "0"), depth: 3 })).toThrow(
      "alpha must be other than 0 where the skip path's scale is 0 too",
    );
    expect(() => predictPathLaw({ scheme: custom("0*i", "0"), depth: 3 })).toThrow(/block 1 .* not both 0/);
  });

  it("mixes masks of stochastic depth", () => {
    const scheme = (alpha: string) =>
      configureScheme("stochastic-depth", {
        alpha: parseScale(alpha, "alpha"),
        survival: parseScale("0.5", "survival"),
      });
    // With a branch of 1e400 the first one kept takes everything, as in the convention paper: E Σ_{j ≤ n} 1/j, n of 2 kept.
    expect(predictPathLaw({ scheme: scheme("1e200"), depth: 2 }).lengths.mean).toBeCloseTo(
      0.5 * 1 + 0.25 * 1.5,
      13,
    );
    expect(predictPathLaw({ scheme: scheme("1e-200"), depth: 2 }).lengths.mean).toBeCloseTo(0, 14);
  });
});

describe("shares of measured variances", () => {
  it("do not need their sum", () => {
    const profile = { origin: "measured", skip: [1.5e308, 5e-324], branch: [1.5e308, 5e-324] } as const;
    expect(branchFractions(profile)).toEqual([0.5, 0.5]);
    expect(pathLengths(profile).pmf(1)).toBeCloseTo(0.5, 15);
  });
});

describe("scaled numbers", () => {
  it("are rounded once", () => {
    expect(timesPowerOfTwo(3 * 2 ** -1000, 2000)).toBe(3 * 2 ** 1000);
    expect(timesPowerOfTwo(2 ** 1000, -2074)).toBe(2 ** -1074);
    expect(timesPowerOfTwo(1 + 2 ** -52, -1074)).toBe(2 ** -1074);
    expect([timesPowerOfTwo(2 ** 150, -1220), timesPowerOfTwo(2 ** 150, -1300)]).toEqual([2 ** -1070, 0]);
    expect([timesPowerOfTwo(2 ** -150, 1170), timesPowerOfTwo(2 ** -150, 1300)]).toEqual([
      2 ** 1020,
      Infinity,
    ]);
    expect(timesPowerOfTwo(1.5, 1023)).toBe(1.5 * 2 ** 1023);
    expect([timesPowerOfTwo(1, 5000), timesPowerOfTwo(-1, -5000), timesPowerOfTwo(0, 5000)]).toEqual([
      Infinity,
      -0,
      0,
    ]);
    expect(timesPowerOfTwo(Infinity, -5000)).toBe(Infinity);
    for (const value of [5e-324, 1e-310, 1, 0.1, 1.7e308]) {
      const { mantissa, exponent } = scaled(value);
      expect(timesPowerOfTwo(mantissa, exponent)).toBe(value);
      expect(mantissa).toBeGreaterThanOrEqual(2 ** -200);
      expect(mantissa).toBeLessThanOrEqual(2 ** 200);
    }
    const square = product(squareOf(1e-200), squareOf(1e200));
    expect(timesPowerOfTwo(square.mantissa, square.exponent)).toBeCloseTo(1, 14);
  });
});
