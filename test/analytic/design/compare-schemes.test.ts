import { describe, expect, it } from "vitest";
import {
  compareDesign,
  compareSchemes,
  largestAlpha,
  poissonLaw,
  resolveScheme,
} from "../../../src/analytic/index.js";
import { SCHEME_NAMES, type SchemeName } from "../../../src/network/schemes/index.js";

const compare = (names: readonly SchemeName[], depth: number, rest: object = {}) =>
  compareSchemes({ schemes: names.map((name) => resolveScheme(name)), depth, ...rest });

describe("compared schemes at 1,000 blocks", () => {
  const [batchnorm, skipinit, sqrt2, unnormalized, fixup] = compare(
    ["batchnorm", "skipinit", "sqrt2", "unnormalized", "fixup"],
    1000,
    { within: 15 },
  ).schemes;

  it("have the total variances of the paper: d + 1, (1 + 1/d)^d, 1, 2^d, 1", () => {
    expect(batchnorm.totalVariance.value).toBeCloseTo(1001, 9);
    expect(skipinit.totalVariance.value).toBeCloseTo(1.001 ** 1000, 10);
    expect(sqrt2.totalVariance.value).toBeCloseTo(1, 12);
    expect(unnormalized.totalVariance.log10).toBeCloseTo(1000 * Math.log10(2), 10);
    expect(fixup.totalVariance.value).toBe(1);
  });

  it("have mean path lengths H_{d+1} − 1, d/(d + 1), d/2, d/2, 0", () => {
    let harmonic = 0;
    for (let i = 2; i <= 1001; i++) harmonic += 1 / i;
    expect(batchnorm.meanLength).toBeCloseTo(harmonic, 12);
    expect(skipinit.meanLength).toBeCloseTo(1000 / 1001, 12);
    expect(sqrt2.meanLength).toBeCloseTo(500, 9);
    expect(unnormalized.meanLength).toBeCloseTo(500, 9);
    expect(fixup.meanLength).toBe(0);
  });

  it("have quantiles at which P(K ≤ k) reaches 97 %, SkipInit that of Poisson(1)", () => {
    expect(skipinit.quantile97).toBe(poissonLaw({ mean: 1 }).quantile(0.97));
    expect(sqrt2.quantile97).toBe(unnormalized.quantile97);
    for (const { law, quantile97 } of [batchnorm, skipinit, sqrt2]) {
      const at = law.k.indexOf(quantile97);
      expect(law.cdf[at]).toBeGreaterThanOrEqual(0.97);
      expect(law.cdf[at - 1]).toBeLessThan(0.97);
    }
    expect(skipinit.probabilityWithin! + skipinit.probabilityBeyond!).toBeCloseTo(1, 14);
  });

  it("pass the gradient back by ∏ (1 + 1/i) = d, (1 + 1/d)^{d−1}, 1, 2^{d−1}, 1", () => {
    expect(batchnorm.gradientRatio.value).toBeCloseTo(1000, 8);
    expect(skipinit.gradientRatio.value).toBeCloseTo(1.001 ** 999, 10);
    expect(sqrt2.gradientRatio.value).toBeCloseTo(1, 10);
    expect(unnormalized.gradientRatio.log10).toBeCloseTo(999 * Math.log10(2), 9);
    expect(fixup.gradientRatio.value).toBe(1);
  });

  it("overflow float32, 2^128, after block 128 in variance and 256 in activations", () => {
    const blocks = [batchnorm, skipinit, sqrt2, unnormalized, fixup].map((row) => [
      row.overflowBlock,
      row.activationOverflowBlock,
    ]);
    expect(blocks).toEqual([
      [null, null],
      [null, null],
      [null, null],
      [128, 256],
      [null, null],
    ]);
  });

  it("list the growth from the input on, block by block at first, with both ends", () => {
    const { block, log10 } = batchnorm.growth;
    expect(block.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(block.at(-1)).toBe(1000);
    expect(new Set(block).size).toBe(block.length);
    for (const [index, i] of block.entries()) expect(10 ** log10[index]!).toBeCloseTo(i + 1, 8);
  });
});

it.each(SCHEME_NAMES.filter((name) => name !== "custom"))(
  "takes %s, linear and ReLU, one block and many",
  (name) => {
    for (const depth of [1, 2, 97]) {
      for (const activation of ["linear", "relu"] as const) {
        const [row] = compare([name], depth, { activation, within: 0 }).schemes;
        for (const value of [
          row.meanLength,
          row.quantile97,
          row.probabilityWithin,
          row.totalVariance.value,
        ]) {
          expect(Number.isFinite(value)).toBe(true);
        }
        expect(Math.max(...row.law.cdf)).toBeLessThanOrEqual(1);
        expect(row.law.cdf.every((p, at) => at === 0 || p >= row.law.cdf[at - 1])).toBe(true);
        expect(JSON.parse(JSON.stringify(row))).toEqual(row);
      }
    }
  },
);

it("gives 0 to the schemes that can have it, and every other input to all", () => {
  for (const input of [{ convention: "paper" }, { inputVariance: 0 }] as const) {
    const { schemes } = compare(["batchnorm", "sqrt2"], 10, input);
    expect(schemes.map(({ inputVariance }) => inputVariance)).toEqual([0, 1]);
    expect(schemes[0].totalVariance.value).toBeCloseTo(10, 12);
    // What enters the first normaliser is 0, and its derivative infinite.
    expect(schemes[0].gradientRatio).toEqual({ value: null, log10: null });
    expect(schemes[0].growth.log10.slice(0, 2)).toEqual([null, 0]);
    expect(JSON.parse(JSON.stringify(schemes))).toEqual(schemes);
  }
  const { schemes } = compare(["batchnorm", "sqrt2", "unnormalized"], 10, { inputVariance: 4 });
  expect(schemes.map(({ inputVariance }) => inputVariance)).toEqual([4, 4, 4]);
  expect(schemes.map(({ inputOverBranch }) => inputOverBranch)).toEqual([4, undefined, undefined]);
  expect(schemes.map(({ totalVariance }) => totalVariance.value)).toEqual([14, expect.closeTo(4, 12), 4096]);
  for (const { growth } of schemes) expect(growth.log10[0]).toBeCloseTo(Math.log10(4), 14);
});

it("refuses both words at once, and a variance that is none", () => {
  const both = { inputVariance: 1, convention: "unit-input" } as const;
  expect(() => compare(["sqrt2"], 3, both)).toThrow(/convention must be absent where an input variance/);
  expect(() => compare(["batchnorm"], 3, { inputVariance: -1 })).toThrow(
    /input variance must be 0, or a number/,
  );
  expect(() => compare(["sqrt2"], 3, { inputVariance: 0, convention: "paper" })).toThrow(
    /convention must be absent/,
  );
});

it("goes on beyond float64", () => {
  const [row] = compare(["unnormalized"], 5000).schemes;
  expect(row.totalVariance.value).toBeNull();
  expect(row.totalVariance.log10).toBeCloseTo(5000 * Math.log10(2), 8);
  expect(row.growth.log10.at(-1)).toBeCloseTo(5000 * Math.log10(2), 8);
  expect(row.gradientRatio.value).toBeNull();
});

it("refuses no schemes, a bad depth and a bad k", () => {
  expect(() => compare([], 10)).toThrow(/schemes must be at least one scheme/);
  expect(() => compare(["sqrt2"], 0)).toThrow(/depth must be/);
  expect(() => compare(["sqrt2"], 3, { within: -1 })).toThrow(/within must be/);
});

describe("a design among the schemes", () => {
  it("has the network that was found first, and it meets the demand", () => {
    const { comparison } = compareDesign(largestAlpha({ depth: 200, within: 5, probability: 0.97 }));
    const [found] = comparison!.schemes;
    expect(found.scheme).toBe("skipinit");
    expect(found.quantile97).toBe(5);
    expect(found.probabilityWithin).toBeCloseTo(0.97, 10);
    expect(comparison!.schemes).toHaveLength(6);
  });

  it("has the others alone where every α will do, and none beyond 100,000 blocks", () => {
    expect(
      compareDesign(largestAlpha({ depth: 5, within: 5, probability: 1 })).comparison?.schemes,
    ).toHaveLength(5);
    expect(
      compareDesign(largestAlpha({ depth: 1e6, within: 5, probability: 0.5 })).comparison,
    ).toBeUndefined();
  });
});
