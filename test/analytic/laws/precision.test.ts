import { describe, expect, it } from "vitest";
import {
  binomialLaw,
  harmonicLaw,
  type PathLengthDistribution,
  poissonBinomialLaw,
  poissonLaw,
} from "../../../src/analytic/laws/index.js";
import { type Entry, PROFILES, readFixture } from "./fixtures.js";

/** The largest relative error of pmf, cdf and sf over the entries, of values of at least 1e-300; and how many. */
function worstError(law: PathLengthDistribution, entries: readonly Entry[]): [number, number] {
  let [worst, count] = [0, 0];
  for (const [k, ...references] of entries) {
    for (const [index, value] of [law.pmf(k), law.cdf(k), law.sf(k)].entries()) {
      const reference = Number(references[index]);
      if (reference < 1e-300) continue;
      count++;
      const error = Math.abs(value - reference) / reference;
      worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
    }
  }
  return [worst, count];
}

/** The relative error that is promised. */
const PROMISED = 1e-12;

function check(law: PathLengthDistribution, entries: readonly Entry[]): void {
  const [worst, count] = worstError(law, entries);
  expect(count).toBeGreaterThan(0);
  expect(worst).toBeLessThan(PROMISED);
}

describe("harmonic law against mpmath at 50 digits", () => {
  it.each(readFixture<{ depth: number; offset: number }>("harmonic"))("depth $depth, c = $offset", (row) =>
    check(harmonicLaw(row), row.entries),
  );
});

const sparse = readFixture<{ depth: number; probability: number; mean?: number }>("binomial");

describe("binomial law against mpmath at 50 digits", () => {
  it.each(sparse.filter((row) => row.mean === undefined))("depth $depth, q = $probability", (row) =>
    check(binomialLaw(row), row.entries),
  );
});

describe("Poisson law against mpmath at 50 digits", () => {
  it.each(sparse.filter((row) => row.mean !== undefined))("mean $mean", (row) =>
    check(poissonLaw({ mean: row.mean! }), row.entries),
  );
});

describe("Poisson-binomial law against 1500-bit integers", () => {
  const rows = readFixture<{ profile: string; depth: number }>("poisson-binomial");
  it.each(rows)("$profile, depth $depth", (row) =>
    check(poissonBinomialLaw(PROFILES[row.profile](row.depth)), row.entries),
  );

  it.each(rows.filter((row) => row.entries[0][0] < 300))("$profile, depth $depth, truncated", (row) => {
    const most = Math.min(row.depth - 1, row.entries[Math.floor(row.entries.length / 2)][0] + 3);
    const law = poissonBinomialLaw(PROFILES[row.profile](row.depth), { most });
    check(
      law,
      row.entries.filter(([k]) => k <= most),
    );
  });
});
