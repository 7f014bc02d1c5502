import { describe, expect, it } from "vitest";
import {
  binomialLaw,
  deepestNetwork,
  largestAlpha,
  pathsWithin,
  poissonLaw,
  probabilityWithin,
} from "../../../src/analytic/index.js";

/** P(K ≤ k) of Binomial(n, q) as a sum of its terms, each from the one before; q from the odds. */
function directCdf(n: number, odds: number, k: number): number {
  let term = Math.exp(-n * Math.log1p(odds));
  let sum = 0;
  for (let j = 0; j <= Math.min(k, n); j++) {
    sum += term;
    term *= ((n - j) / (j + 1)) * odds;
  }
  return sum;
}

/** α by bisection against that sum. */
function bisected(depth: number, within: number, probability: number): number {
  let [low, high] = [0, 1e3];
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (directCdf(depth, middle ** 2, within) >= probability) low = middle;
    else high = middle;
  }
  return low;
}

describe("the largest α", () => {
  it.each([
    [1000, 15, 0.97],
    [1000, 0, 0.97],
    [50, 25, 0.5],
    [54, 17, 0.0045],
    [7, 6, 0.2],
    [2, 1, 0.01],
    [100_000, 3, 0.999],
  ])(
    "of %d blocks with P(K ≤ %d) ≥ %d is what bisection of the direct sum gives",
    (depth, within, probability) => {
      const { alpha } = largestAlpha({ depth, within, probability });
      expect(Math.abs(alpha! / bisected(depth, within, probability) - 1)).toBeLessThan(1e-11);
    },
  );

  it.each([
    [1, 0.97],
    [1000, 0.5],
    [1e9, 1 - 1e-12],
    [1e15, 0.97],
  ])("of %d blocks for no branch at all is √(p^(−1/d) − 1), p = %d", (depth, probability) => {
    const exact = Math.sqrt(Math.expm1(-Math.log1p(probability - 1) / depth));
    expect(Math.abs(largestAlpha({ depth, within: 0, probability }).alpha! / exact - 1)).toBeLessThan(1e-12);
  });

  it.each([
    [5, 4, 0.3],
    [10, 9, 1e-190],
    [1e6, 1e6 - 1, 1e-9],
  ])("of %d blocks for any path but the longest is the closed form, beyond α = 1 too", (depth, within, p) => {
    // (α²/(1 + α²))^d = 1 − p
    const miss = -Math.expm1(Math.log1p(-p) / depth);
    const exact = Math.sqrt((1 - miss) / miss);
    expect(Math.abs(largestAlpha({ depth, within, probability: p }).alpha! / exact - 1)).toBeLessThan(1e-12);
  });

  it("meets the demand, and the next floating-point number does not beyond the law's accuracy", () => {
    const { alpha, network } = largestAlpha({ depth: 1000, within: 15, probability: 0.97 });
    expect(network!.probabilityBeyond).toBeLessThanOrEqual(1 - 0.97);
    const law = (a: number) => directCdf(1000, a ** 2, 15);
    expect(law(alpha! * (1 + 1e-10))).toBeLessThan(0.97);
    expect(law(alpha! * (1 - 1e-10))).toBeGreaterThan(0.97);
  });

  it("tends to the Poisson limit α√d → √λ", () => {
    const { alpha } = largestAlpha({ depth: 1e15, within: 15, probability: 0.97 });
    const law = poissonLaw({ mean: 1e15 * alpha! ** 2 });
    expect(Math.abs(law.sf(15) / 0.03 - 1)).toBeLessThan(1e-11);
  });

  it("implies the total variance growth (1 + α²)^d", () => {
    const { alpha, network } = largestAlpha({ depth: 300, within: 15, probability: 0.97 });
    let growth = 1;
    for (let i = 0; i < 300; i++) growth *= 1 + alpha! ** 2;
    expect(Math.abs(network!.totalVariance.value! / growth - 1)).toBeLessThan(300 * Number.EPSILON);
    const { totalVariance } = largestAlpha({ depth: 10_000, within: 9000, probability: 0.97 }).network!;
    expect(totalVariance.value).toBeNull();
    expect(totalVariance.log10).toBeGreaterThan(308);
  });

  it("says in one line where every α or none but 0 will do", () => {
    expect(largestAlpha({ depth: 5, within: 5, probability: 0.97 })).toMatchObject({
      alpha: null,
      answer: "Every α will do: no path is longer than the network's 5 blocks.",
    });
    expect(largestAlpha({ depth: 5, within: 5, probability: 1 }).alpha).toBeNull();
    expect(largestAlpha({ depth: 5, within: 2, probability: 0 }).answer).toMatch(
      /^Every α will do: a probability of 0/,
    );
    expect(largestAlpha({ depth: 5, within: 2, probability: 1 })).toMatchObject({
      alpha: 0,
      network: { meanLength: 0 },
    });
  });
});

describe("the deepest network", () => {
  it.each([
    [0.1, 15, 0.97],
    [0.0973, 15, 0.97],
    [1, 30, 0.49],
    [3, 4, 0.97],
    [0.01, 0, 0.97],
    [0.5, 0, 0.25],
  ])(
    "of α = %d with P(K ≤ %d) ≥ %d is the last that a search block by block accepts",
    (alpha, within, probability) => {
      let depth = Math.max(1, within);
      while (directCdf(depth + 1, alpha ** 2, within) >= probability) depth++;
      expect(deepestNetwork({ alpha, within, probability }).depth).toBe(depth);
    },
  );

  it.each([
    // By symmetry P(K ≤ 30) = 1/2 at 61 blocks; 4/5 and 16/25; 1/2 and 1/4; 1 − 1/4.
    [1, 30, 0.5, 61],
    [0.5, 0, 0.8, 1],
    [0.5, 0, 0.64, 2],
    [1, 0, 0.25, 2],
    [1, 1, 0.75, 2],
  ])(
    "of α = %d with P(K ≤ %d) ≥ %d meets the demand with equality at %d",
    (alpha, within, probability, depth) => {
      expect(deepestNetwork({ alpha, within, probability }).depth).toBe(depth);
    },
  );

  it("is found among 1e15 blocks too", () => {
    const { depth } = deepestNetwork({ alpha: 1e-6, within: 15, probability: 0.97 });
    const beyond = (d: number) => binomialLaw({ depth: d, probability: 1e-12 / (1 + 1e-12) }).sf(15);
    expect(beyond(depth!)).toBeLessThanOrEqual((1 - 0.97) * (1 + 1e-11));
    expect(beyond(depth! + 100)).toBeGreaterThan(1 - 0.97);
  });

  it("says in one line where every depth or none will do", () => {
    expect(deepestNetwork({ alpha: 3, within: 0, probability: 0.97 })).toMatchObject({
      depth: null,
      answer: "No depth will do: one block alone has P(K ≤ 0) = 0.1, below 0.97.",
    });
    expect(deepestNetwork({ alpha: 0, within: 0, probability: 1 }).answer).toMatch(
      /^Every depth will do: at α = 0/,
    );
    expect(deepestNetwork({ alpha: 1, within: 0, probability: 0 }).answer).toMatch(
      /^Every depth will do: a probability/,
    );
    expect(deepestNetwork({ alpha: 1e-9, within: 15, probability: 0.97 }).answer).toMatch(
      /^Every depth will do up to 1e15/,
    );
    expect(deepestNetwork({ alpha: 1, within: 7, probability: 1 })).toMatchObject({
      depth: 7,
      answer: "The deepest network has 7 blocks, where no path can be longer.",
    });
  });
});

describe("the probability", () => {
  it.each([
    [0.1, 1000, 15],
    [1, 54, 17],
    [2.5, 40, 30],
    [300, 20, 19],
  ])("of α = %d, %d blocks and k = %d is the direct sum", (alpha, depth, within) => {
    const { within: p, beyond } = pathsWithin({ alpha, depth, within });
    expect(Math.abs(p / directCdf(depth, alpha ** 2, within) - 1)).toBeLessThan(1e-11);
    expect(p + beyond).toBeCloseTo(1, 12);
  });

  it("solves back what the other two solved", () => {
    const { alpha } = largestAlpha({ depth: 400, within: 10, probability: 0.9 });
    expect(probabilityWithin({ alpha: alpha!, depth: 400, within: 10 }).probability).toBeCloseTo(0.9, 12);
  });

  it("does not call a tail that underflows 0", () => {
    expect(probabilityWithin({ alpha: 1, depth: 10_000, within: 15 }).answer).toMatch(
      /^P\(K ≤ 15\) is below 1e-300/,
    );
  });
});

it.each([
  [() => largestAlpha({ depth: 0, within: 1, probability: 0.5 }), /depth must be a whole number from 1/],
  [() => largestAlpha({ depth: 1, within: -1, probability: 0.5 }), /within must be/],
  [() => largestAlpha({ depth: 1, within: 1.5, probability: 0 }), /within must be/],
  [() => largestAlpha({ depth: 1, within: 1, probability: 1.5 }), /probability must be 0, or a number from/],
  [() => largestAlpha({ depth: 1, within: 1, probability: Number.NaN }), /probability must be/],
  [
    () => deepestNetwork({ alpha: -1, within: 1, probability: 0.5 }),
    /alpha must be a number from 0 to 1e150, not -1/,
  ],
  [() => deepestNetwork({ alpha: 1, within: Number.NaN, probability: 0 }), /within must be/],
  [() => probabilityWithin({ alpha: Infinity, depth: 1, within: 1 }), /alpha must be/],
])("refuses %s", (ask, message) => {
  expect(ask).toThrow(message);
});
