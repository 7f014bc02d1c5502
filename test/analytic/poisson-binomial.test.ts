import { describe, expect, it } from "vitest";
import { pathLengths, poissonBinomialLaw, predictProfile, resolveScheme } from "../../src/analytic/index.js";

/** P(K = k) by going through every subset of branches. */
function enumerate(q: readonly number[]): number[] {
  const pmf = new Array(q.length + 1).fill(0);
  for (let subset = 0; subset < 2 ** q.length; subset++) {
    let [probability, length] = [1, 0];
    for (const [i, p] of q.entries()) {
      const isTraversed = (subset >> i) & 1;
      probability *= isTraversed ? p : 1 - p;
      length += isTraversed;
    }
    pmf[length] += probability;
  }
  return pmf;
}

const batchnorm = (convention: "paper" | "unit-input", depth = 10_000) =>
  pathLengths(predictProfile({ scheme: resolveScheme("batchnorm"), depth, convention }));

describe("path-length laws", () => {
  it("agrees with the enumeration of all paths", () => {
    const q = [0.5, 1 / 3, 0.9, 0, 1, 0.01, 0.25];
    const lengths = poissonBinomialLaw(q);
    for (const [k, p] of enumerate(q).entries()) expect(lengths.pmf(k)).toBeCloseTo(p, 15);
  });

  it("gives the paper's 97 % at 10,000 blocks, in both conventions (mpmath, 50 digits)", () => {
    expect(Math.abs(batchnorm("paper").cdf(15) / 0.9701986941264328 - 1)).toBeLessThan(1e-12);
    expect(Math.abs(batchnorm("unit-input").cdf(15) / 0.9852685030864532 - 1)).toBeLessThan(1e-12);
    expect(batchnorm("paper").quantile(0.97)).toBe(15);
    // The two conventions are one law, shifted by the first branch.
    expect(batchnorm("unit-input", 9_999).cdf(14)).toBeCloseTo(batchnorm("paper").cdf(15), 13);
  });

  it("does not cancel in the far tail", () => {
    // P(K > d − 1) = P(K = d) = 1/(d+1)!
    const factorial31 = 8.222838654177922e33;
    expect(batchnorm("unit-input", 30).sf(29) * factorial31).toBeCloseTo(1, 12);
  });

  it("has cdf + sf = 1, the mean Σq, and quantiles that invert the cdf", () => {
    const lengths = batchnorm("unit-input", 200);
    for (let k = -1; k <= 201; k++) expect(lengths.cdf(k) + lengths.sf(k)).toBeCloseTo(1, 13);
    expect(lengths.mean).toBeCloseTo(
      Array.from({ length: 200 }, (_, i) => 1 / (i + 2)).reduce((a, b) => a + b),
      12,
    );
    for (const p of [0.001, 0.3, 0.5, 0.97, 0.999999]) {
      const k = lengths.quantile(p);
      expect(lengths.cdf(k)).toBeGreaterThanOrEqual(p);
      expect(lengths.cdf(k - 1)).toBeLessThan(p);
    }
  });

  it("refuses what is not a probability", () => {
    expect(() => poissonBinomialLaw([0.5, 1.5])).toThrow(/q of block 2 .* 1\.5/);
    expect(() => poissonBinomialLaw([])).toThrow(/q must be one probability for each block/);
  });
});
