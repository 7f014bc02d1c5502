import { describe, expect, it } from "vitest";
import { parseAlpha } from "../../../src/analytic/expression.js";
import {
  correlationAfter,
  poissonBinomialLaw,
  predictMoments,
  predictPathLengths,
  predictProfile,
  predictVarianceProfile,
  resolveScheme,
  zeroPaddingFactor,
} from "../../../src/analytic/index.js";
import { branchFractions, type SchemeName } from "../../../src/network/index.js";

const fractions = (name: SchemeName, depth: number, alpha?: string) =>
  branchFractions(
    predictProfile({ scheme: resolveScheme(name, alpha ? parseAlpha(alpha) : undefined), depth }),
  );

describe("branch fractions of the schemes (PAPER table)", () => {
  it.each([
    ["batchnorm", undefined, (i: number) => 1 / (i + 1)],
    ["unnormalized", undefined, () => 1 / 2],
    ["sqrt2", undefined, () => 1 / 2],
    ["rezero", undefined, () => 0],
    ["fixup", undefined, () => 0],
    ["skipinit", undefined, (_i: number, d: number) => 1 / (d + 1)],
    ["skipinit", "0.2", () => 0.04 / 1.04],
    ["skipinit", "1/i", (i: number) => 1 / (1 + i * i)],
  ] as const)("%s %s", (name, alpha, expected) => {
    for (const depth of [1, 7, 100]) {
      for (const [index, q] of fractions(name, depth, alpha).entries()) {
        expect(q).toBeCloseTo(expected(index + 1, depth), 14);
      }
    }
  });

  it("SkipInit 1/√d approaches Poisson(1)", () => {
    const lengths = poissonBinomialLaw(fractions("skipinit", 100_000));
    // Le Cam: the total variation is at most Σq² ≈ 1/d.
    for (const [k, factorial] of [1, 1, 2, 6, 24].entries()) {
      expect(Math.abs(lengths.pmf(k) - Math.exp(-1) / factorial)).toBeLessThan(1 / 100_000);
    }
  });
});

describe("variances", () => {
  it("grow by one a block with BatchNorm, double without, stay 1 with √2", () => {
    const at = (name: SchemeName) => predictVarianceProfile({ scheme: resolveScheme(name), depth: 50 });
    expect(at("batchnorm").skip[49]).toBe(50);
    expect(at("batchnorm").branch[49]).toBe(1);
    expect(at("unnormalized").skip[49]).toBe(2 ** 49);
    expect(at("sqrt2").skip[49]).toBeCloseTo(0.5, 12);
  });

  it("survive the end of float64, and say where it was", () => {
    const document = predictVarianceProfile({ scheme: resolveScheme("unnormalized"), depth: 3000 });
    expect(document.overflowBlock).toBe(1024);
    expect(document.skip[1022]).toBe(2 ** 1022);
    expect(document.skip[2999]).toBeNull();
    const lengths = predictPathLengths({ scheme: resolveScheme("unnormalized"), depth: 3000 });
    expect(lengths.mean).toBe(1500);
  });

  it("ReLU with BatchNorm: slopes 1 − 1/π and 1/π, second moment 1", () => {
    const { skip } = predictMoments({ scheme: resolveScheme("batchnorm"), depth: 101, activation: "relu" });
    const slope = (values: readonly number[]) => (values[100] - values[0]) / 100;
    expect(slope(skip.secondMoment)).toBeCloseTo(1, 12);
    expect(slope(skip.variance)).toBeCloseTo(1 - 1 / Math.PI, 12);
    expect(slope(skip.meanSquared)).toBeCloseTo(1 / Math.PI, 12);
  });

  it("the path lengths of BN-ReLU follow c = π/(π−1)", () => {
    const c = Math.PI / (Math.PI - 1);
    const profile = predictProfile({ scheme: resolveScheme("batchnorm"), depth: 60, activation: "relu" });
    for (const [index, q] of branchFractions(profile).entries())
      expect(q).toBeCloseTo(1 / (index + 1 + c), 13);
  });
});

describe("correlationAfter", () => {
  /** 2 E[relu(u) relu(v)] for correlated normals, by the trapezoid rule. */
  function quadrature(rho: number): number {
    const [n, reach] = [1200, 9];
    const step = (2 * reach) / n;
    const weight = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    let sum = 0;
    for (let a = 0; a <= n; a++) {
      const u = -reach + a * step;
      if (u <= 0) continue;
      for (let b = 0; b <= n; b++) {
        const v = -reach + b * step;
        const second = rho * u + Math.sqrt(1 - rho * rho) * v;
        if (second > 0) sum += 2 * u * second * weight(u) * weight(v) * step * step;
      }
    }
    return sum;
  }

  it.each([-0.9, -0.5, 0, 0.3, 0.8])("is the ReLU kernel at ρ = %d", (rho) => {
    // The integrand has a kink: the trapezoid rule is of second order in the step of 0.015.
    expect(Math.abs(correlationAfter("relu", rho) - quadrature(rho))).toBeLessThan(2 * 0.015 ** 2);
  });

  it("fixes 1 and leaves linear layers alone", () => {
    expect(correlationAfter("relu", 1)).toBeCloseTo(1, 15);
    expect(correlationAfter("linear", 0.37)).toBe(0.37);
  });
});

describe("zeroPaddingFactor", () => {
  it.each([32, 16, 8])("is ((3S−2)/(3S))² at S = %d", (size) => {
    expect(zeroPaddingFactor({ size, kernel: 3 })).toBeCloseTo(((3 * size - 2) / (3 * size)) ** 2, 14);
  });
  it("is 1 for a 1×1 kernel", () => expect(zeroPaddingFactor({ size: 7, kernel: 1 })).toBe(1));
});

describe("predictPathLengths", () => {
  it("has everything the command prints", () => {
    const scheme = resolveScheme("batchnorm");
    const document = predictPathLengths({ scheme, depth: 10_000, inputVariance: 0, within: [15] });
    expect(document).toMatchObject({
      kind: "path-lengths",
      inputVariance: 0,
      inputOverBranch: 0,
      depth: 10_000,
    });
    expect(document).not.toHaveProperty("convention");
    expect(document.within["15"] + document.beyond["15"]).toBeCloseTo(1, 14);
    expect(document.quantiles["0.97"]).toBe(15);
    expect(document.otherInput).toMatchObject({ inputVariance: 1, inputOverBranch: 1 });
    expect(document.otherInput?.within["15"]).toBeCloseTo(0.9852685030864532, 13);
    expect(document.pmf.reduce((a, b) => a + b) + document.omittedMass).toBeCloseTo(1, 13);
  });

  it("refuses the paper's convention where nothing is normalised", () => {
    expect(() =>
      predictPathLengths({ scheme: resolveScheme("sqrt2"), depth: 3, convention: "paper" }),
    ).toThrow(/convention must be unit-input for sqrt2/);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses depth %d", (depth) => {
    expect(() => predictPathLengths({ scheme: resolveScheme("batchnorm"), depth })).toThrow(/depth must be/);
  });
});
