import { describe, expect, it } from "vitest";
import { parseScale } from "../../src/analytic/expression.js";
import { configureScheme, predictPathLaw, predictProfile } from "../../src/analytic/index.js";
import { parseArchitecture } from "../../src/network/index.js";

/** Σ over all masks of P(mask) times the mask's own law, from its variances alone. */
function enumerate(options: {
  readonly survival: readonly number[];
  readonly alpha: number;
  readonly normalized: boolean;
  /** Batch variance that a normalised branch adds, and the blocks behind which the variance starts anew. */
  readonly unit?: number;
  readonly transitions?: readonly number[];
}): number[] {
  const { survival, alpha, normalized, unit = 1, transitions = [] } = options;
  const depth = survival.length;
  const total = new Array<number>(depth + 1).fill(0);
  for (let mask = 0; mask < 2 ** depth; mask++) {
    let weight = 1;
    let variance = 1;
    let shares = [1, ...new Array<number>(depth).fill(0)];
    for (let i = 0; i < depth; i++) {
      const kept = (mask >> i) & 1;
      weight *= kept ? survival[i] : 1 - survival[i];
      const skip = normalized && transitions.includes(i + 1) ? unit : variance;
      const branch = kept * alpha ** 2 * (normalized ? unit : variance);
      const fraction = branch / (skip + branch);
      shares = shares.map((share, k) => share * (1 - fraction) + (k > 0 ? shares[k - 1] * fraction : 0));
      variance = skip + branch;
    }
    for (const [k, share] of shares.entries()) total[k] += weight * share;
  }
  return total;
}

const DECAY = (i: number, d: number) => 1 - (0.5 * i) / d;
const relu = 1 - 1 / Math.PI;

describe("stochastic depth is the mixture over all masks", () => {
  it.each([
    ["as published", undefined, DECAY, {}, "linear"],
    ["ReLU", undefined, DECAY, {}, "relu"],
    ["constant survival, scaled", "0.7", () => 0.7, { alpha: 0.3 }, "relu"],
    [
      "some never kept, some always",
      "max(0, min(1, i - 4))",
      (i: number) => Math.max(0, Math.min(1, i - 4)),
      {},
      "linear",
    ],
    ["raw", undefined, DECAY, { normalized: false }, "linear"],
    ["raw, constant", "0.25", () => 0.25, { normalized: false, alpha: 0.5 }, "relu"],
  ] as const)("%s", (_name, text, survival, settings, activation) => {
    const { alpha = 1, normalized = true } = settings as { alpha?: number; normalized?: boolean };
    for (const depth of [1, 2, 5, 10]) {
      const scheme = configureScheme("stochastic-depth", {
        normalized,
        ...(text === undefined ? {} : { survival: parseScale(text) }),
        ...(alpha === 1 ? {} : { alpha: parseScale(String(alpha)) }),
      });
      const expected = enumerate({
        survival: Array.from({ length: depth }, (_, index) => survival(index + 1, depth)),
        alpha,
        normalized,
        unit: activation === "relu" ? relu : 1,
      });
      const { lengths } = predictPathLaw({ scheme, depth, activation });
      for (const [k, value] of expected.entries()) {
        expect(Math.abs(lengths.pmf(k) - value)).toBeLessThanOrEqual(1e-13 * value + 1e-300);
      }
      const mean = expected.reduce((sum, value, k) => sum + k * value, 0);
      expect(lengths.mean).toBeCloseTo(mean, 12);
      const variance = expected.reduce((sum, value, k) => sum + (k - mean) ** 2 * value, 0);
      expect(lengths.variance).toBeCloseTo(variance, 12);
    }
  });

  it("through the transition blocks of a Wide-ResNet", () => {
    for (const [name, transitions] of [
      ["wrn-16-2", [1, 3, 5]],
      ["wrn-16-1", [3, 5]],
    ] as const) {
      const scheme = configureScheme("stochastic-depth", { alpha: parseScale("0.8") });
      const architecture = parseArchitecture(name);
      const { lengths } = predictPathLaw({ scheme, architecture, activation: "relu" });
      const survival = Array.from({ length: 6 }, (_, index) => DECAY(index + 1, 6));
      const expected = enumerate({ survival, alpha: 0.8, normalized: true, unit: relu, transitions });
      for (const [k, value] of expected.entries()) expect(lengths.pmf(k) / value).toBeCloseTo(1, 13);
    }
  });

  it("is the harmonic law where every branch is kept", () => {
    const scheme = configureScheme("stochastic-depth", { survival: parseScale("1") });
    const { lengths } = predictPathLaw({ scheme, depth: 9999 });
    // The paper's 97 %, at K ≤ 15, in the convention of a unit-variance input: one branch fewer.
    expect(lengths.cdf(14)).toBeCloseTo(0.97019, 4);
    expect(lengths.mean).toBeCloseTo(8.787606036044382, 11);
  });

  it("its variance profile is the expectation over the masks", () => {
    const scheme = configureScheme("stochastic-depth", { survival: parseScale("0.5") });
    const { skip, branch } = predictProfile({ scheme, depth: 4 });
    expect(skip).toEqual([1, 1.5, 2, 2.5]);
    expect(branch).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it("refuses what has no closed form, and survival that is no probability", () => {
    const law = (settings: Parameters<typeof configureScheme>[1], depth = 4) =>
      predictPathLaw({ scheme: configureScheme("stochastic-depth", settings), depth });
    expect(() => law({ alpha: parseScale("i") })).toThrow(/alpha must be the same non-zero scale/);
    expect(() => law({ survival: parseScale("i") })).toThrow(
      /survival must be a probability.*at block 2 of 4/,
    );
    expect(() => law({}, 200_000)).toThrow(/depth must be at most 100000/);
    expect(() =>
      predictPathLaw({ scheme: configureScheme("stochastic-depth", {}), depth: 3, convention: "paper" }),
    ).toThrow(/convention must be unit-input/);
  });
});
