import { describe, expect, it } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import { meanWithError, studentTwoSided } from "../../src/compare/index.js";
import { sampleBlockVariances, sampleNetworks } from "../../src/montecarlo/index.js";
import { estimate } from "../../src/montecarlo/sample/estimate.js";
import type { Comparison } from "../../src/network/index.js";
import { nextNormal, openStream } from "../../src/random/index.js";

/** P(T ≤ t) of Student's t. */
function studentBelow(t: number, freedom: number): number {
  const outside = studentTwoSided(t, freedom) / 2;
  return t < 0 ? outside : 1 - outside;
}

/** The normal deviate of the same probability as z has by Student's t. */
function normalScore(z: number, freedom: number): number {
  const target = studentBelow(z, freedom);
  let [low, high] = [-40, 40];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (studentBelow(middle, Number.POSITIVE_INFINITY) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** How far scores are from N(0, 1): each about N(0, 1) itself but for the Kolmogorov–Smirnov distance times √n. */
function distances(comparisons: readonly Comparison[], freedom: number) {
  const scores = comparisons.map(({ z }) => normalScore(z, freedom)).sort((a, b) => a - b);
  const count = scores.length;
  const sum = scores.reduce((total, score) => total + score, 0);
  const squares = scores.reduce((total, score) => total + score * score, 0);
  const kolmogorov = Math.max(
    ...scores.map((score, index) => {
      const p = studentBelow(score, Number.POSITIVE_INFINITY);
      return Math.max(p - index / count, (index + 1) / count - p);
    }),
  );
  return {
    mean: sum / Math.sqrt(count),
    // Σ score² is χ² of as many degrees of freedom, with the variance 2n.
    variance: (squares - count) / Math.sqrt(2 * count),
    kolmogorov: kolmogorov * Math.sqrt(count),
  };
}

/** Each test rejects true predictions once in a thousand; Kolmogorov's law has its 0.999 quantile at 1.95. */
function expectStandardNormal(comparisons: readonly Comparison[], freedom: number): void {
  const { mean, variance, kolmogorov } = distances(comparisons, freedom);
  expect(Math.abs(mean)).toBeLessThan(3.3);
  expect(Math.abs(variance)).toBeLessThan(3.3);
  expect(kolmogorov).toBeLessThan(1.95);
}

describe("z-scores where the prediction is right", () => {
  it("are Student's t, for means that no width biases: the variances of linear networks with BatchNorm", async () => {
    const trials = 8;
    const [slopes, branches]: Comparison[][] = [[], []];
    for (let seed = 0; seed < 200; seed++) {
      const { slopes: slope, averages } = await sampleBlockVariances({
        scheme: resolveScheme("batchnorm"),
        depth: 3,
        width: 32,
        batch: 8,
        trials,
        seed,
      });
      slopes.push(slope!.skip);
      branches.push(averages!.branch);
    }
    expectStandardNormal(slopes, trials - 1);
    expectStandardNormal(branches, trials - 1);
    // Error bars that are a fifth too short would be noticed.
    const shorter = slopes.map((one) => ({ ...one, z: one.z / 0.8 }));
    expect(distances(shorter, trials - 1).variance).toBeGreaterThan(3.3);
  });

  it("are Student's t for path lengths, where the width is so large that its bias is hidden in the error", async () => {
    const trials = 3;
    const [lengths, within]: Comparison[][] = [[], []];
    for (let seed = 0; seed < 150; seed++) {
      const sample = await sampleNetworks({
        scheme: resolveScheme("unnormalized"),
        depth: 2,
        width: 400,
        batch: 1,
        inputDimension: 10,
        trials,
        seed,
        within: [1],
      });
      lengths.push(sample.meanLength);
      within.push(sample.within[1]);
    }
    expectStandardNormal(lengths, trials - 1);
    expectStandardNormal(within, trials - 1);
  });
});

describe("stopping by precision", () => {
  it("keeps the error bars about as honest as docs/statistics.md says", async () => {
    // Independent normal numbers instead of networks: many runs, and a theory that is exact.
    const runs = 1500;
    let [covered, shorter] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const stream = openStream({ seed: 0, purpose: "stopping", index: [run] });
      const records: number[] = [];
      const { running } = await estimate<number>({
        rule: { precision: 0.25, maxTrials: 1000 },
        quantity: (value) => value,
        sums: { add: (value) => void records.push(value) },
        run: async function* () {
          for (;;) yield nextNormal(stream);
        },
      });
      expect(running.se).toBeLessThanOrEqual(0.25);
      expect(records.length).toBeGreaterThanOrEqual(8);
      const { mean, se } = meanWithError(records);
      if (studentTwoSided(mean / se, records.length - 1) > 0.05) covered++;
      shorter += (se * Math.sqrt(records.length)) / runs;
    }
    // The true standard deviation is 1; a run stops where its estimate happens to be low.
    expect(shorter).toBeGreaterThan(0.9);
    expect(covered / runs).toBeGreaterThan(0.92);
  });
});
