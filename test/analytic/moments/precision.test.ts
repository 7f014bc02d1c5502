import { describe, expect, it } from "vitest";
import { parseScale } from "../../../src/analytic/expression.js";
import {
  configureScheme,
  FLOAT_FORMATS,
  type FloatFormatName,
  precisionLimits,
  predictMoments,
  resolveScheme,
} from "../../../src/analytic/index.js";
import { SCHEME_NAMES } from "../../../src/network/index.js";

/** Rounds to a format of p bits, to nearest, ties to even, with its subnormal numbers and its end. */
function rounded(value: number, format: FloatFormatName): number {
  const { bits, least, largest } = {
    float32: { bits: 24, least: -149, largest: FLOAT_FORMATS.float32.largest },
    bfloat16: { bits: 8, least: -133, largest: FLOAT_FORMATS.bfloat16.largest },
    float16: { bits: 11, least: -24, largest: FLOAT_FORMATS.float16.largest },
  }[format];
  if (value === 0) return 0;
  const step = 2 ** Math.max(Math.floor(Math.log2(Math.abs(value))) - bits + 1, least);
  const scaled = value / step;
  const floor = Math.floor(scaled);
  const up = scaled - floor > 0.5 || (scaled - floor === 0.5 && floor % 2 === 1);
  const result = (up ? floor + 1 : floor) * step;
  return Math.abs(result) > largest ? Math.sign(value) * Number.POSITIVE_INFINITY : result;
}

describe("the formats", () => {
  it("float32 is what Math.fround does", () => {
    const { largest, smallest, roundoff } = FLOAT_FORMATS.float32;
    expect(Math.fround(largest)).toBe(largest);
    expect(Math.fround(largest * (1 + roundoff))).toBe(Number.POSITIVE_INFINITY);
    expect(Math.fround(smallest)).toBe(smallest);
    expect(Math.fround(smallest / 2)).toBe(0);
    expect(Math.fround(1 + roundoff)).toBe(1);
    expect(Math.fround(1 + roundoff * 1.001)).toBeGreaterThan(1);
    for (const value of [0.1, 1e-42, 3e38, 1 + 2 ** -24])
      expect(rounded(value, "float32")).toBe(Math.fround(value));
  });

  it.each([
    ["bfloat16", 3.3895313892515355e38, 2 ** -133],
    ["float16", 65504, 2 ** -24],
  ] as const)("%s", (name, largest, smallest) => {
    expect(FLOAT_FORMATS[name].largest).toBe(largest);
    expect(FLOAT_FORMATS[name].smallest).toBe(smallest);
    expect(rounded(1 + FLOAT_FORMATS[name].roundoff, name)).toBe(1);
    expect(rounded(1 + 1.01 * FLOAT_FORMATS[name].roundoff, name)).toBeGreaterThan(1);
  });
});

describe("precisionLimits", () => {
  const at = (name: (typeof SCHEME_NAMES)[number], format: FloatFormatName, depth: number) =>
    precisionLimits({ scheme: resolveScheme(name), depth, format });

  it.each([
    ["float32", 128, 256],
    ["bfloat16", 128, 256],
    ["float16", 16, 32],
  ] as const)(
    "unnormalised, %s: the variance overflows at block %i, activations at %i",
    (format, variance, activations) => {
      const limits = at("unnormalized", format, 1000);
      expect(limits.varianceOverflow).toBe(variance);
      expect(limits.activationOverflow).toBe(activations);
      // As the format itself finds.
      for (const [block, of] of [
        [variance, (i: number) => 2 ** i],
        [activations, (i: number) => 2 ** (i / 2)],
      ] as const) {
        expect(rounded(of(block), format)).toBe(Number.POSITIVE_INFINITY);
        expect(rounded(of(block - 1), format)).toBeLessThan(Number.POSITIVE_INFINITY);
      }
    },
  );

  it.each(["bfloat16", "float16"] as const)("BatchNorm, %s: a typical branch is lost", (format) => {
    const { branchLost } = at("batchnorm", format, 1e9);
    // Behind block i − 1 the root mean square is √i: at powers of four, adding 1 rounds back to the skip path.
    expect(rounded(Math.sqrt(branchLost!) + 1, format)).toBe(Math.sqrt(branchLost!));
    const before = branchLost! / 4;
    expect(rounded(Math.sqrt(before) + 1, format)).toBeGreaterThan(Math.sqrt(before));
    expect(branchLost).toBe(format === "bfloat16" ? 2 ** 16 : 2 ** 22);
  });

  it("BatchNorm in float32 loses its branch at 2^48 blocks, and overflows beyond 10^38", () => {
    const limits = at("batchnorm", "float32", 1e100);
    expect(limits.branchLost).toBe(2 ** 48);
    expect(limits.varianceOverflow! / 2 ** 128).toBeCloseTo(1, 6);
    expect(limits.activationOverflow! / 2 ** 256).toBeCloseTo(1, 6);
    expect(at("batchnorm", "float16", 1e6).varianceOverflow).toBe(65504);
  });

  it("schemes whose sum stays in bounds have no limits", () => {
    for (const name of ["sqrt2", "post-ln", "deepnorm", "rezero", "skipinit"] as const) {
      expect(Object.values(at(name, "float32", 1e6)).slice(1)).toEqual([null, null, null, null, null]);
    }
  });

  it("a normaliser of the merged sum knows what enters in block 1 alone, at any depth", () => {
    for (const [inputVariance, activationOverflow] of [
      [1, null],
      [1e9, null],
      [1e10, 1],
    ] as const) {
      const options = {
        scheme: resolveScheme("post-ln"),
        depth: 1e100,
        format: "float16",
        inputVariance,
      } as const;
      expect(precisionLimits(options).activationOverflow).toBe(activationOverflow);
    }
  });

  it("a skip path that vanishes", () => {
    const scheme = configureScheme("custom", { skip: parseScale("0.5"), alpha: parseScale("0") });
    const { underflow, branchLost, skipLost } = precisionLimits({ scheme, depth: 1000, format: "float16" });
    expect(rounded(2 ** -underflow!, "float16")).toBe(0);
    expect(rounded(2 ** -(underflow! - 2), "float16")).toBeGreaterThan(0);
    expect([branchLost, skipLost]).toEqual([null, null]);
    const none = configureScheme("custom", { skip: parseScale("0"), normalized: true });
    expect(precisionLimits({ scheme: none, depth: 9, format: "bfloat16" }).skipLost).toBe(1);
  });

  it.each(SCHEME_NAMES)("%s: by closed form and block by block", (name) => {
    const scheme = resolveScheme(name);
    for (const format of ["bfloat16", "float16"] as const) {
      for (const activation of ["linear", "relu"] as const) {
        const options = { scheme, depth: 3000, activation, format };
        const { skip, branch, exponent } = predictMoments(options);
        const total = skip.secondMoment.map((s, i) => Math.log2(s + branch.secondMoment[i]) + exponent[i]);
        const first = total.findIndex((log) => log > 2 * Math.log2(FLOAT_FORMATS[format].largest));
        const limits = precisionLimits(options);
        expect(limits.activationOverflow).toBe(first < 0 ? null : first + 1);
        expect(precisionLimits({ ...options, scheme: { ...scheme, uniform: false } })).toEqual(limits);
      }
    }
  });

  it("refuses another format", () => {
    expect(() => at("sqrt2", "float64" as FloatFormatName, 3)).toThrow(
      /format must be one of float32, bfloat16/,
    );
  });
});
