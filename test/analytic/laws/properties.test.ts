import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  binomialLaw,
  harmonicLaw,
  type PathLengthDistribution,
  poissonBinomialLaw,
  poissonLaw,
} from "../../../src/analytic/laws/index.js";

/** Rounding of some hundred additions of numbers of at most 1. */
const ROUNDING = 500 * Number.EPSILON;
const profile = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 80 });
const options = { seed: 20200226, numRuns: 200 };

const listOf = (law: PathLengthDistribution) => Array.from({ length: law.depth + 1 }, (_, k) => law.pmf(k));
const near = (a: number, b: number) => Math.abs(a - b) <= ROUNDING * Math.max(1, Math.abs(b));
const relativelyNear = (a: number, b: number) => a === b || b < 1e-300 || Math.abs(a - b) <= ROUNDING * b;

describe("every law of arbitrary branch fractions", () => {
  it("adds up to 1, has mean Σq and variance Σq(1−q)", () =>
    fc.assert(
      fc.property(profile, (q) => {
        const law = poissonBinomialLaw(q);
        const pmf = listOf(law);
        const mean = q.reduce((sum, x) => sum + x, 0);
        const variance = q.reduce((sum, x) => sum + x * (1 - x), 0);
        const moment = (term: (k: number) => number) => pmf.reduce((sum, p, k) => sum + p * term(k), 0);
        return (
          near(
            moment(() => 1),
            1,
          ) &&
          near(law.mean, mean) &&
          near(
            moment((k) => k),
            mean,
          ) &&
          near(law.variance, variance) &&
          Math.abs(moment((k) => (k - mean) ** 2) - variance) <= q.length ** 2 * ROUNDING
        );
      }),
      options,
    ));

  it("has a cdf that rises and an sf that falls, adding up to 1", () =>
    fc.assert(
      fc.property(profile, (q) => {
        const law = poissonBinomialLaw(q);
        for (let k = 0; k <= q.length; k++) {
          if (law.cdf(k) < law.cdf(k - 1) - Number.EPSILON || law.sf(k) > law.sf(k - 1) + Number.EPSILON)
            return false;
          if (!near(law.cdf(k) + law.sf(k), 1)) return false;
        }
        return law.cdf(q.length) === 1 && law.sf(q.length) === 0;
      }),
      options,
    ));

  it("does not depend on the order of the blocks", () =>
    fc.assert(
      fc.property(profile, fc.nat(), (q, turn) => {
        const at = turn % q.length;
        const a = listOf(poissonBinomialLaw(q));
        const b = listOf(poissonBinomialLaw([...q.slice(at), ...q.slice(0, at)].reverse()));
        return a.every((p, k) => relativelyNear(b[k], p));
      }),
      options,
    ));

  it("is the convolution of its two halves", () =>
    fc.assert(
      fc.property(profile, profile, (left, right) => {
        const [a, b] = [listOf(poissonBinomialLaw(left)), listOf(poissonBinomialLaw(right))];
        const whole = listOf(poissonBinomialLaw([...left, ...right]));
        return whole.every((p, k) => {
          const joined = a.reduce((sum, x, i) => sum + x * (b[k - i] ?? 0), 0);
          return relativelyNear(joined, p);
        });
      }),
      options,
    ));

  it("is the whole law where it is truncated", () =>
    fc.assert(
      fc.property(profile, fc.nat(40), (q, most) => {
        const [whole, part] = [poissonBinomialLaw(q), poissonBinomialLaw(q, { most })];
        for (let k = 0; k <= Math.min(most, q.length); k++) {
          if (!relativelyNear(part.pmf(k), whole.pmf(k)) || !relativelyNear(part.sf(k), whole.sf(k)))
            return false;
          if (!relativelyNear(part.cdf(k), whole.cdf(k))) return false;
        }
        return true;
      }),
      options,
    ));

  it("has a quantile that inverts the cdf", () =>
    fc.assert(
      fc.property(profile, fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (q, p) => {
        const law = poissonBinomialLaw(q);
        const k = law.quantile(p);
        return law.cdf(k) >= p - ROUNDING && (k === law.support[0] || law.cdf(k - 1) < p + ROUNDING);
      }),
      options,
    ));
});

describe("closed forms", () => {
  it("the harmonic law is the general one on the same q", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (depth, offset) => {
          const law = harmonicLaw({ depth, offset });
          const general = poissonBinomialLaw(
            Array.from({ length: depth }, (_, index) => 1 / (index + 1 + offset)),
          );
          if (!near(law.mean, general.mean) || !near(law.variance, general.variance)) return false;
          if (!near(law.entropy, general.entropy)) return false;
          // The general law takes 1 − q from a rounded q, which is the larger difference.
          for (let k = 1; k <= Math.min(depth, 250); k++) {
            const [a, b] = [law.sf(k), general.sf(k)];
            if (b > 1e-300 && Math.abs(a - b) > depth * Number.EPSILON * b) return false;
          }
          return true;
        },
      ),
      { ...options, numRuns: 60 },
    ));

  it("the binomial law is the general one with equal q", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }),
        (depth, probability) => {
          const law = binomialLaw({ depth, probability });
          const general = poissonBinomialLaw(new Array(depth).fill(probability));
          if (!near(law.skewness, general.skewness) || !near(law.entropy, general.entropy)) return false;
          for (let k = 0; k <= depth; k++) {
            for (const name of ["pmf", "cdf", "sf"] as const) {
              const [a, b] = [law[name](k), general[name](k)];
              if (b > 1e-300 && Math.abs(a - b) > 1e-12 * b) return false;
            }
          }
          return true;
        },
      ),
      { ...options, numRuns: 100 },
    ));

  it("quantiles of the binomial law at 10¹⁵ blocks invert the cdf", () =>
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (p) => {
        const law = binomialLaw({ depth: 1e15, probability: 0.3 });
        const k = law.quantile(p);
        return law.cdf(k) >= p - ROUNDING && law.cdf(k - 1) < p + ROUNDING;
      }),
      { ...options, numRuns: 50 },
    ));

  it("the Poisson law is the limit of the binomial one, with an error of order 1/d", () => {
    for (const depth of [1e6, 1e9, 1e12]) {
      const law = binomialLaw({ depth, probability: 3 / depth });
      const limit = poissonLaw({ mean: 3 });
      for (const k of [0, 1, 2, 3, 5, 9]) {
        // Le Cam: the total variation distance is at most λ²/d.
        expect(Math.abs(law.pmf(k) - limit.pmf(k))).toBeLessThan(9 / depth + ROUNDING);
      }
    }
  });
});
