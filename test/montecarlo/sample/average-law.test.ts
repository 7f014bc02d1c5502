import { describe, expect, it } from "vitest";
import { binomialLaw } from "../../../src/analytic/index.js";
import { averageLaw } from "../../../src/montecarlo/sample/average-law.js";

describe("averageLaw", () => {
  it("is the mixture of its laws in equal parts", () => {
    const laws = [0.1, 0.4].map((probability) => binomialLaw({ depth: 10, probability }));
    const average = averageLaw(laws);
    expect(average.mean).toBeCloseTo(2.5, 14);
    for (let k = 0; k <= 10; k++) {
      expect(average.pmf(k)).toBeCloseTo((laws[0].pmf(k) + laws[1].pmf(k)) / 2, 15);
      expect(average.cdf(k) + average.sf(k)).toBeCloseTo(1, 14);
    }
    const median = average.quantile(0.5);
    expect(average.cdf(median)).toBeGreaterThanOrEqual(0.5);
    expect(average.cdf(median - 1)).toBeLessThan(0.5);
    expect(averageLaw([laws[0]])).toBe(laws[0]);
  });
});
