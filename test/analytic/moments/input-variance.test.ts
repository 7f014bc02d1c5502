import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseScale } from "../../../src/analytic/expression.js";
import {
  compareSchemes,
  configureScheme,
  gradientPathLengths,
  inputOverBranch,
  type PredictOptions,
  pathLengths,
  precisionLimits,
  predictBackward,
  predictGradients,
  predictMapProfile,
  predictMoments,
  predictNetwork,
  predictPathLaw,
  predictPathLengths,
  predictProfile,
  predictVarianceProfile,
  resolveScheme,
} from "../../../src/analytic/index.js";
import { networkOf } from "../../../src/montecarlo/index.js";
import { parseArchitecture, type ResidualScheme, SCHEME_NAMES } from "../../../src/network/index.js";

const scheme = resolveScheme("batchnorm");
const customs: readonly ResidualScheme[] = [
  configureScheme("custom", { normalized: true, alpha: parseScale("0.3") }),
  configureScheme("custom", { normalized: true, alpha: parseScale("1/i") }),
  configureScheme("custom", { normalized: true, alpha: parseScale("0.5"), skip: parseScale("0.9") }),
  configureScheme("deepnorm", { alpha: parseScale("1/i", "alpha") }),
];
const all = [...SCHEME_NAMES.map((name) => resolveScheme(name)), ...customs];

describe("c = s_0/b", () => {
  // ψ(c + 97) − ψ(c + 1), mpmath at 50 digits.
  it.each([
    [0, 5.146763147555442],
    [0.1, 4.994338146679906],
    [1, 4.157072425905957],
    [4, 3.104044184306287],
    [16, 1.919443185452565],
    [96, 0.690549795485329],
  ])("of %d gives 96 blocks this mean", (c, mean) => {
    const { lengths } = predictPathLaw({ scheme, depth: 96, inputVariance: c });
    expect(Math.abs(lengths.mean / mean - 1)).toBeLessThan(1e-14);
    expect(inputOverBranch({ scheme, depth: 96, inputVariance: c })).toBe(c);
  });

  it("is the input's variance in units of a branch's, and of no branch that grows, differs or is dropped", () => {
    const of = (name: ResidualScheme, options: Partial<PredictOptions> = {}) =>
      inputOverBranch({ scheme: name, depth: 10, inputVariance: 4, ...options });
    expect(of(resolveScheme("nfnet"))).toBeCloseTo(100, 12);
    expect(of(scheme, { activation: "relu" })).toBeCloseTo((4 * Math.PI) / (Math.PI - 1), 13);
    expect(of(resolveScheme("pre-ln"), { activation: "relu" })).toBe(4);
    expect(of(resolveScheme("pre-ln"), { architecture: parseArchitecture("pre-ln-5") })).toBe(4);
    expect(of(scheme, { architecture: parseArchitecture("wrn-16-2"), depth: 6 })).toBeUndefined();
    for (const name of ["sqrt2", "post-ln", "skipinit", "stochastic-depth"]) {
      expect(of(resolveScheme(name))).toBeUndefined();
    }
    expect(of(customs[0])).toBeCloseTo(4 / 0.09, 11);
    expect(customs.slice(1).map((custom) => of(custom))).toEqual([undefined, undefined, undefined]);
  });
});

describe("one question has one answer", () => {
  const variances = fc.oneof(
    fc.constantFrom(0, 1, 0.25, 16),
    fc.double({ min: -12, max: 12, noNaN: true }).map((log) => 10 ** log),
  );

  it("paths and compare, of all schemes", () => {
    fc.assert(
      fc.property(variances, fc.integer({ min: 1, max: 300 }), (inputVariance, depth) => {
        const { schemes } = compareSchemes({ schemes: all, depth, inputVariance });
        for (const [index, row] of schemes.entries()) {
          const alone = predictPathLengths({
            scheme: all[index],
            depth,
            inputVariance: row.inputVariance,
          });
          expect(row.meanLength).toBe(alone.mean);
          expect(row.inputOverBranch).toBe(alone.inputOverBranch);
          if (inputVariance > 0) expect(row.inputVariance).toBe(inputVariance);
        }
      }),
      { numRuns: 30 },
    );
  });

  // Masks count by their probability, and in a profile of expectations by their variance too (docs/schemes.md).
  const kept = all.filter(({ survival }) => survival === undefined);

  it("the law of a scheme and that of its profile", () => {
    const schemes = fc.constantFrom(...kept);
    const activations = fc.constantFrom("linear" as const, "relu" as const);
    const depths = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(schemes, variances, activations, depths, (one, asked, activation, depth) => {
        const inputVariance = asked === 0 && one.normalizer === "none" ? 1 : asked;
        const options = { scheme: one, depth, activation, inputVariance };
        const { mean } = predictPathLengths(options);
        const blockByBlock = pathLengths(predictProfile(options));
        // Sums of depth terms, each right to a few units.
        expect(Math.abs(mean - blockByBlock.mean)).toBeLessThanOrEqual(1e-12 * mean);
      }),
      { numRuns: 300 },
    );
  });

  it("in either word", () => {
    for (const [convention, inputVariance] of [
      ["paper", 0],
      ["unit-input", 1],
    ] as const) {
      const network = { scheme, depth: 50, within: [3] };
      expect(predictPathLengths({ ...network, convention })).toEqual(
        predictPathLengths({ ...network, inputVariance }),
      );
      expect(predictVarianceProfile({ ...network, convention })).toEqual(
        predictVarianceProfile({ ...network, inputVariance }),
      );
    }
    expect(predictPathLengths({ scheme, depth: 50 }).inputVariance).toBe(1);
  });
});

describe("what an input changes", () => {
  it("of raw branches: the variances in proportion, the law not at all", () => {
    for (const name of ["skipinit", "unnormalized", "layerscale", "depth-mup", "rezero", "sqrt2"]) {
      const network = { scheme: resolveScheme(name), depth: 30 } as const;
      const [usual, scaled] = [predictMoments(network), predictMoments({ ...network, inputVariance: 4 })];
      for (const path of ["input", "skip", "branch"] as const) {
        expect(scaled[path].secondMoment).toEqual(usual[path].secondMoment.map((m) => 4 * m));
      }
      const laws = [1, 4].map((inputVariance) => predictPathLaw({ ...network, inputVariance }).lengths.mean);
      expect(laws[1]).toBe(laws[0]);
    }
  });

  it("behind a transition block nothing", () => {
    const network = { scheme, architecture: parseArchitecture("wrn-16-1") } as const;
    const { skip } = predictProfile({ ...network, inputVariance: 9 });
    expect(skip).toEqual([9, 10, 1, 2, 1, 2]);
    expect(predictProfile({ scheme, architecture: parseArchitecture("wrn-16-2"), inputVariance: 9 })).toEqual(
      predictProfile({ scheme, architecture: parseArchitecture("wrn-16-2") }),
    );
  });

  it("behind a normaliser of the merged sum nothing", () => {
    for (const name of ["post-ln", "deepnorm"]) {
      const network = { scheme: resolveScheme(name), depth: 5 } as const;
      const [usual, scaled] = [predictProfile(network), predictProfile({ ...network, inputVariance: 9 })];
      expect(scaled.skip[0] / usual.skip[0]).toBeCloseTo(9, 13);
      expect(scaled.skip.slice(1)).toEqual(usual.skip.slice(1));
      expect(predictPathLaw({ ...network, inputVariance: 9 }).lengths.mean).toBeCloseTo(
        pathLengths(scaled).mean,
        13,
      );
      // The first block's sum is divided by its own standard deviation.
      const growth = (inputVariance: number) =>
        predictGradients({ ...network, inputVariance }).logSquaredNorm;
      expect(growth(9)[0]).toBeCloseTo(growth(1)[0] - Math.log(9), 12);
      expect(growth(9)[1]).toBeCloseTo(growth(1)[1], 12);
    }
  });

  it("of maps: what the stem hands on, as in sampled networks of a large batch", () => {
    const architecture = parseArchitecture("wrn-16-1");
    const profile = (inputVariance: number) =>
      predictMapProfile({ architecture, scheme, imageSize: 32, inputVariance });
    const [usual, scaled] = [profile(1), profile(16)];
    expect(scaled.inputVariance).toBe(16);
    expect(scaled.skip[0]! / usual.skip[0]!).toBeCloseTo(16, 10);
    const choices = { activation: "relu", convolutional: true, batch: 4, imageSize: 32 } as const;
    const network = networkOf(scheme, { ...choices, architecture, inputVariance: 16 });
    const { skip, branch } = predictNetwork({ ...network, batch: 1e9 });
    for (let i = 0; i < architecture.depth; i++) {
      expect(Math.abs(scaled.skip[i]! / skip.variance[i] - 1)).toBeLessThan(1e-7);
      expect(Math.abs(scaled.branch[i]! / branch.variance[i] - 1)).toBeLessThan(1e-7);
    }
  });

  it.each([0.25, 16, 1e-40, 1e40])("the mean field says the same, s_0 = %d", (inputVariance) => {
    for (const one of all) {
      const overrides = { depth: 12, batch: 64, width: 8, inputVariance } as const;
      const network = networkOf(one, { ...overrides, activation: "linear" });
      const expected = predictMoments({ scheme: one, depth: 12, inputVariance });
      const found = predictNetwork({ ...network, batch: 1e9 });
      for (const path of ["input", "skip", "branch"] as const) {
        for (let i = 0; i < 12; i++) {
          const [value, reference] = [found, expected].map(
            (moments) => moments[path].secondMoment[i] * 2 ** moments.exponent[i],
          );
          expect(Math.abs(value - reference)).toBeLessThanOrEqual(1e-7 * reference);
        }
      }
      const { mean } = predictPathLaw({ scheme: one, depth: 12, inputVariance }).lengths;
      expect(Math.abs(found.lawAfter(12).mean - mean)).toBeLessThanOrEqual(1e-7 * mean);
    }
  });

  it.each([0.25, 16])(
    "gradients: as through sampled networks of a large batch, s_0 = %d",
    (inputVariance) => {
      for (const one of all) {
        if (one.survival) continue;
        for (const activation of ["linear", "relu"] as const) {
          const network = networkOf(one, { depth: 12, batch: 64, width: 8, inputVariance, activation });
          const { logSquaredNorm } = predictBackward({ ...network, batch: 1e9 });
          const expected = predictGradients({ scheme: one, depth: 12, activation, inputVariance });
          for (let l = 0; l < 12; l++) {
            expect(Math.abs(logSquaredNorm[l] - expected.logSquaredNorm[l])).toBeLessThan(1e-6);
          }
        }
      }
    },
  );

  it.each([1e-9, 0.25, 16, 1e5])(
    "number formats: by closed form and block by block, s_0 = %d",
    (inputVariance) => {
      for (const one of all) {
        for (const format of ["bfloat16", "float16"] as const) {
          const options = { scheme: one, depth: 3000, format, inputVariance };
          const limits = precisionLimits(options);
          expect(precisionLimits({ ...options, scheme: { ...one, uniform: false } })).toEqual(limits);
        }
      }
    },
  );

  it("of 0: the first branch is always traversed, there and back", () => {
    for (const one of all) {
      if (one.normalizer === "none" || one.survival) continue;
      const options = { scheme: one, depth: 20, inputVariance: 0 };
      expect(predictPathLaw(options).lengths.support[0]).toBe(1);
      const { logSquaredNorm } = predictGradients(options);
      expect([logSquaredNorm[0], Number.isFinite(logSquaredNorm[1])]).toEqual([Infinity, true]);
      const [forward, backward] = [predictPathLaw(options).lengths, gradientPathLengths(options)];
      expect(Math.abs(backward.mean / forward.mean - 1)).toBeLessThan(1e-12);
      expect(predictVarianceProfile(options)).not.toHaveProperty("gradientGrowth");
    }
  });

  it.each([1e-300, 1e-200, 1e200, 1e300])(
    "at the ends of its domain all numbers are finite: %d",
    (inputVariance) => {
      for (const one of all) {
        const options = { scheme: one, depth: 7, inputVariance };
        const { mean, pmf } = predictPathLengths(options);
        expect(Number.isFinite(mean)).toBe(true);
        expect(Math.abs(pmf.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-11);
        const { skip, branch } = predictVarianceProfile(options);
        expect(Math.abs(skip[0]! / inputVariance / one.skipScale(1, 7) ** 2 - 1)).toBeLessThan(1e-12);
        expect(branch.every((b) => b !== null)).toBe(true);
        expect(Number.isFinite(predictGradients(options).logSquaredNorm[0])).toBe(true);
      }
    },
  );
});

describe("what no network can be given is refused", () => {
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e-301, 1e301])("%d", (inputVariance) => {
    for (const call of [predictPathLengths, predictVarianceProfile, predictGradients, inputOverBranch]) {
      expect(() => call({ scheme, depth: 3, inputVariance })).toThrow(
        /input variance must be 0, or a number from 1e-300 to 1e300/,
      );
    }
    expect(() => networkOf(scheme, { depth: 3, inputVariance })).toThrow(/input variance must be/);
  });

  it("nothing at all, where the network would carry nothing", () => {
    const none = configureScheme("custom", { normalized: true, alpha: parseScale("i-1") });
    for (const [options, why] of [
      [{ scheme: resolveScheme("skipinit"), depth: 3 }, /skipinit \(without a normaliser/],
      [{ scheme: resolveScheme("post-ln"), depth: 3 }, /post-ln \(without a normaliser/],
      [{ scheme: resolveScheme("stochastic-depth"), depth: 3 }, /stochastic-depth \(it may drop every/],
      [{ scheme, architecture: parseArchitecture("wrn-16-1") }, /wrn-16-1 \(a real network/],
      [{ scheme: none, depth: 3 }, /custom \(its first branch adds nothing/],
    ] as const) {
      expect(() => predictPathLengths({ ...options, inputVariance: 0 })).toThrow(why);
      expect(() => predictMoments({ ...options, convention: "paper" })).toThrow(why);
    }
    expect(() => networkOf(scheme, { depth: 3, inputVariance: 0 })).toThrow(/a positive number to sample/);
  });

  it("two words at once", () => {
    const both = { scheme, depth: 3, inputVariance: 1, convention: "unit-input" } as const;
    expect(() => predictPathLengths(both)).toThrow(/convention must be absent where an input variance/);
  });
});
