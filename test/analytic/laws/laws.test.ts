import { describe, expect, it } from "vitest";
import {
  binomialLaw,
  fastPoissonBinomialLaw,
  harmonicLaw,
  type PathLengthDistribution,
  pathLengths,
  poissonBinomialLaw,
  poissonLaw,
} from "../../../src/analytic/laws/index.js";
import { InvalidArgumentError } from "../../../src/network/errors.js";
import { openStream } from "../../../src/random/stream.js";
import { PROFILES } from "./fixtures.js";

describe("published numbers", () => {
  it("97 % of the variance of 10,000 blocks comes from paths of at most 15 branches (De & Smith 2020)", () => {
    const paper = harmonicLaw({ depth: 10_000, offset: 0 });
    expect(paper.cdf(15)).toBeCloseTo(0.9701986941264328, 15);
    expect(paper.quantile(0.97)).toBe(15);
    const unitInput = harmonicLaw({ depth: 10_000, offset: 1 });
    expect(unitInput.cdf(15)).toBeCloseTo(0.9852685030864532, 15);
    expect(unitInput.cdf(14)).toBeCloseTo(paper.cdf(15), 3);
  });

  it("0.4537 % of the paths of 54 blocks have 5 to 17 branches (Veit et al. 2016)", () => {
    const law = binomialLaw({ depth: 54, probability: 0.5 });
    expect((law.cdf(17) - law.cdf(4)).toFixed(6)).toBe("0.004537");
  });
});

describe("the interface", () => {
  const laws: [string, PathLengthDistribution][] = [
    ["harmonic", harmonicLaw({ depth: 40, offset: 0.5 })],
    ["deep harmonic", harmonicLaw({ depth: 1e9, offset: 1 })],
    ["binomial", binomialLaw({ depth: 90, probability: 0.3 })],
    ["Poisson", poissonLaw({ mean: 7 })],
    ["general", poissonBinomialLaw(PROFILES.lcg(60))],
  ];

  it.each(laws)("%s: moments and entropy are those of the pmf", (_, law) => {
    const pmf = law.pmfUntil(1e-18);
    const moment = (term: (k: number) => number) => pmf.reduce((sum, p, k) => sum + p * term(k), 0);
    const spread = Math.sqrt(law.variance);
    const standard = (power: number) => moment((k) => ((k - law.mean) / spread) ** power);
    expect(moment((k) => k)).toBeCloseTo(law.mean, 11);
    expect(standard(2)).toBeCloseTo(1, 11);
    expect(standard(3)).toBeCloseTo(law.skewness, 11);
    expect(standard(4) - 3).toBeCloseTo(law.kurtosis, 11);
    expect(pmf.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0)).toBeCloseTo(law.entropy, 11);
  });

  it.each(laws)("%s: logarithms are those of the values", (_, law) => {
    for (let k = law.support[0]; k < 30; k++) {
      for (const [value, log] of [
        [law.pmf(k), law.logPmf(k)],
        [law.cdf(k), law.logCdf(k)],
        [law.sf(k), law.logSf(k)],
      ]) {
        expect(Math.abs(Math.log(value) - log)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(log)));
      }
    }
  });

  it.each(laws)("%s: outside the support, between whole numbers, NaN", (_, law) => {
    expect([law.pmf(-1), law.cdf(-1), law.sf(-1), law.logPmf(-1), law.logCdf(-1), law.logSf(-1)]).toEqual([
      0,
      0,
      1,
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      0,
    ]);
    expect([law.pmf(2.5), law.cdf(2.5)]).toEqual([0, law.cdf(2)]);
    expect([law.cdf(Infinity), law.sf(Infinity), law.logSf(Infinity)]).toEqual([
      1,
      0,
      Number.NEGATIVE_INFINITY,
    ]);
    expect([law.pmf(NaN), law.cdf(NaN), law.sf(NaN), law.logPmf(NaN)]).toEqual([NaN, NaN, NaN, NaN]);
  });

  it.each(laws)("%s: quantiles and intervals hold what they should", (_, law) => {
    expect(law.quantile(0)).toBe(law.support[0]);
    expect(law.quantile(1)).toBe(law.support[1]);
    const [low, high] = law.interval(0.9);
    expect(law.cdf(low - 1)).toBeLessThan(0.05);
    expect(law.cdf(low)).toBeGreaterThanOrEqual(0.05);
    expect(law.sf(high)).toBeLessThanOrEqual(0.05);
    expect(law.sf(high - 1)).toBeGreaterThan(0.05);
    const far = law.upperQuantile(1e-30);
    expect(law.sf(far)).toBeLessThanOrEqual(1e-30);
    expect(law.sf(far - 1)).toBeGreaterThan(1e-30);
  });

  it.each(laws)("%s: 20,000 draws follow the pmf (chi-square)", (name, law) => {
    const draws = 20_000;
    const stream = openStream({ seed: 3, purpose: `draws of ${name}` });
    const counts = new Map<number, number>();
    for (let i = 0; i < draws; i++) {
      const k = law.sample(stream);
      counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    // Cells with at least five expected draws; the two ends take the rest.
    const [low, high] = [law.quantile(1e-3), law.upperQuantile(1e-3)];
    let [statistic, cells] = [0, 0];
    for (let k = low; k <= high; k++) {
      const probability = k === low ? law.cdf(low) : k === high ? law.sf(high - 1) : law.pmf(k);
      const inCell = (x: number) => (k === low ? x <= low : k === high ? x >= high : x === k);
      let seen = 0;
      for (const [x, count] of counts) if (inCell(x)) seen += count;
      statistic += (seen - draws * probability) ** 2 / (draws * probability);
      cells++;
    }
    // Mean cells − 1, variance 2(cells − 1).
    expect(Math.abs(statistic - (cells - 1)) / Math.sqrt(2 * (cells - 1))).toBeLessThan(3);
  });
});

describe("far tails in logarithms", () => {
  it("the saddle point agrees with the exact binomial logarithm", () => {
    const exact = binomialLaw({ depth: 4000, probability: 0.3 });
    const general = poissonBinomialLaw(new Array(4000).fill(0.3));
    for (const k of [0, 1, 10, 60, 3000, 3990, 3999, 4000]) {
      expect(general.pmf(k)).toBeLessThan(1e-300);
      expect(Math.abs(general.logPmf(k) - exact.logPmf(k))).toBeLessThan(0.01);
      expect(Math.abs(general.logCdf(k) - exact.logCdf(k))).toBeLessThan(0.01);
      if (k < 4000) expect(Math.abs(general.logSf(k) - exact.logSf(k))).toBeLessThan(0.01);
    }
  });

  it("the harmonic one agrees with the general one", () => {
    const depth = 2000;
    const law = harmonicLaw({ depth, offset: 1 });
    const general = poissonBinomialLaw(Array.from({ length: depth }, (_, index) => 1 / (index + 2)));
    for (const k of [400, 900, 1900, 2000]) {
      expect(Math.abs(law.logPmf(k) / general.logPmf(k) - 1)).toBeLessThan(1e-12);
    }
    // Branches far smaller than the input: q_i = 1/(c + i), equal but for 1e-14 of themselves.
    for (const offset of [1e16, 1e30]) {
      const small = harmonicLaw({ depth: 100, offset });
      const equal = binomialLaw({ depth: 100, probability: 1 / (offset + 50.5) });
      for (const k of [30, 50, 80]) {
        expect(small.pmf(k)).toBe(0);
        expect(Math.abs(small.logPmf(k) - equal.logPmf(k))).toBeLessThan(0.01);
      }
    }
    // ln 1/(d + 1)!, and ln P(0) = −ln(d + 1), at a depth where no table reaches.
    expect(harmonicLaw({ depth: 1e100, offset: 1 }).logPmf(0)).toBeCloseTo(-100 * Math.LN10, 10);
  });
});

describe("fast mode", () => {
  it("keeps the error it states", () => {
    const q = PROFILES.lcg(20_000);
    const fast = fastPoissonBinomialLaw(q);
    const exact = poissonBinomialLaw(q);
    let worst = 0;
    for (let k = 9000; k < 11_000; k++) worst = Math.max(worst, Math.abs(fast.pmf(k) - exact.pmf(k)));
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(fast.absoluteErrorBound);
    expect(fast.absoluteErrorBound).toBeLessThan(1e-12);
  });
});

describe("a profile", () => {
  it("keeps a tiny skip variance", () => {
    const law = pathLengths({ origin: "measured", skip: [1e-30, 1], branch: [1, 1] });
    expect(Math.abs(law.pmf(0) / 5e-31 - 1)).toBeLessThan(1e-15);
  });
});

describe("bad input", () => {
  it.each([
    () => harmonicLaw({ depth: 0, offset: 1 }),
    () => harmonicLaw({ depth: 1.5, offset: 1 }),
    () => harmonicLaw({ depth: 1e101, offset: 1 }),
    () => harmonicLaw({ depth: 5, offset: -1 }),
    () => harmonicLaw({ depth: 5, offset: Number.NaN }),
    () => binomialLaw({ depth: 5, probability: 1.1 }),
    () => binomialLaw({ depth: 2e15, probability: 0.1 }),
    () => poissonLaw({ mean: -1 }),
    () => poissonBinomialLaw([]),
    () => poissonBinomialLaw([0.5, Number.NaN]),
    () => poissonBinomialLaw([0.5, 0.5], { most: -1 }),
    () => poissonBinomialLaw([0.5, 0.5, 0.5], { most: 1 }).pmf(2),
    () => poissonBinomialLaw([0.5, 0.5, 0.5], { most: 1 }).quantile(0.9),
    () => poissonLaw({ mean: 1 }).quantile(-0.1),
    () => binomialLaw({ depth: 1e15, probability: 0.5 }).pmfUntil(1e-9),
  ])("%s is refused", (call) => {
    expect(call).toThrow(InvalidArgumentError);
  });

  it("names the block", () => {
    expect(() => poissonBinomialLaw([0.5, 2])).toThrow(
      "q of block 2 must be a probability between 0 and 1, not 2",
    );
  });

  it("accepts blocks that are certain, or never taken", () => {
    const law = poissonBinomialLaw([1, 0, 1, 0.5]);
    expect([law.support, law.pmf(2), law.pmf(3), law.cdf(1)]).toEqual([[2, 3], 0.5, 0.5, 0]);
    const none = binomialLaw({ depth: 9, probability: 0 });
    expect([none.pmf(0), none.cdf(0), none.sf(0), none.quantile(0.5), none.entropy]).toEqual([1, 1, 0, 0, 0]);
    const all = binomialLaw({ depth: 9, probability: 1 });
    expect([all.pmf(9), all.cdf(8), all.sf(8), all.quantile(0.5)]).toEqual([1, 0, 1, 9]);
  });
});
