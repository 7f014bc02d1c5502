import { describe, expect, it } from "vitest";
import { pathLengths, predictProfile, resolveScheme } from "../../src/analytic/index.js";
import {
  compareWithTheory,
  extrapolateWidths,
  meanWithError,
  slopeAgainstBlock,
} from "../../src/compare/index.js";
import { sampleNetworks } from "../../src/montecarlo/index.js";
import { predictBatch } from "../../src/montecarlo/prediction.js";
import { lengthWindows } from "../../src/montecarlo/window.js";
import { InvalidArgumentError } from "../../src/network/index.js";
import { covarianceShares, momentShares, naiveSample } from "./naive.js";

const batchnorm = resolveScheme("batchnorm");

describe("sampleNetworks", () => {
  it("agrees with the law at infinite width, linear and ReLU", async () => {
    for (const activation of ["linear", "relu"] as const) {
      const options = { scheme: batchnorm, activation, depth: 20, batch: 32, trials: 20, within: [4] };
      const samples = [
        await sampleNetworks({ ...options, width: 48 }),
        await sampleNetworks({ ...options, width: 96 }),
      ];
      const { meanLength, within } = extrapolateWidths(samples);
      expect(Math.abs(meanLength.z)).toBeLessThan(4);
      expect(Math.abs(within[4].z)).toBeLessThan(4);
      // The test can tell this law from that of the other activation.
      const other = activation === "linear" ? "relu" : "linear";
      const wrong = predictBatch({ scheme: batchnorm, activation: other, depth: 20, batch: 32 }).profile;
      const { mean } = pathLengths(wrong);
      expect(Math.abs(meanLength.mean - mean) / meanLength.se).toBeGreaterThan(2);
    }
  });

  it("samples the blocks that the theory predicts at this batch size", async () => {
    const sample = await sampleNetworks({
      scheme: batchnorm,
      activation: "linear",
      depth: 12,
      width: 128,
      batch: 8,
      trials: 40,
    });
    // Every weight matrix is unbiased, whatever the width: a linear branch adds exactly 1 on average.
    for (const name of ["skip", "branch"] as const) {
      for (let i = 0; i < 12; i++) {
        const z = (sample[name].mean[i] - (sample.predicted[name][i] as number)) / sample[name].se[i];
        expect(Math.abs(z)).toBeLessThan(4.5);
      }
    }
    expect(sample.predicted.skip[3]).toBeCloseTo(3 + 7 / 8, 12);
    expect(sample.slopes?.skip.mean).toBeCloseTo(slopeAgainstBlock(sample.skip.mean), 10);
    expect(sample.slopes?.skip.theory).toBeCloseTo(1, 10);
  });

  it("finds the ReLU batch mean of a small batch in the first branch", async () => {
    const sample = await sampleNetworks({
      scheme: batchnorm,
      activation: "relu",
      depth: 2,
      width: 256,
      batch: 4,
      trials: 30,
      inputDimension: 1000,
    });
    const meanSquared = sample.branchSecondMoment.mean[0] - sample.branch.mean[0];
    const predicted = 1 - (sample.predicted.branch[0] as number);
    expect(Math.abs(meanSquared - predicted)).toBeLessThan(4 * sample.branch.se[0]);
    // 1/π + (1 − 1/π)/B, the value for inputs without BatchNorm, is far outside the error.
    expect((1 / Math.PI + (1 - 1 / Math.PI) / 4 - predicted) / sample.branch.se[0]).toBeGreaterThan(10);
  });

  it("obeys Binomial(d, 1/2) in second moments when a ReLU network is not normalised", async () => {
    const sample = await sampleNetworks({
      scheme: resolveScheme("unnormalized"),
      activation: "relu",
      depth: 8,
      width: 256,
      batch: 32,
      trials: 16,
    });
    expect(sample.attribution).toBe("second-moment");
    expect(sample.meanLength.theory).toBeCloseTo(4, 12);
    expect(Math.abs(sample.meanLength.z)).toBeLessThan(4);
    for (let i = 0; i < 8; i++) {
      const z = (sample.skipSecondMoment.mean[i] - 2 ** i) / sample.skipSecondMoment.se[i];
      expect(Math.abs(z)).toBeLessThan(4.5);
    }
    expect(sample.slopes).toBeUndefined();
  });

  it("has to use second moments there: the covariance shares of the same networks are not the law's", () => {
    const lengthOf = (shares: number[]) => shares.reduce((sum, share, k) => sum + k * share, 0);
    const naive = Array.from({ length: 24 }, (_, trial) =>
      naiveSample({
        scheme: resolveScheme("unnormalized"),
        activation: "relu",
        depth: 6,
        width: 48,
        batch: 24,
        inputDimension: 50,
        seed: 1,
        trial,
      }),
    );
    const z = (shares: typeof momentShares) => {
      const lengths = naive.map(({ components, output }) => lengthOf(shares(components, output)));
      return compareWithTheory(meanWithError(lengths), 3).z;
    };
    expect(Math.abs(z(momentShares))).toBeLessThan(4);
    expect(Math.abs(z(covarianceShares))).toBeGreaterThan(4);
  });

  it("gives trial t the same network whatever the number of trials", async () => {
    const options = { scheme: batchnorm, depth: 5, width: 16, batch: 8, within: [2] };
    const done: number[] = [];
    const one = await sampleNetworks({ ...options, trials: 1 });
    const two = await sampleNetworks({ ...options, trials: 2, onTrial: (count) => done.push(count) });
    const three = await sampleNetworks({ ...options, trials: 3 });
    const length = (sample: typeof one) => sample.meanLength.mean * sample.trials;
    const [first, second] = [length(one), length(two) - length(one)];
    const third = length(three) - length(two);
    const spread = [first, second, third].map((x) => (x - length(three) / 3) ** 2).reduce((a, b) => a + b);
    expect(three.meanLength.se).toBeCloseTo(Math.sqrt(spread / 6), 9);
    expect(two.meanLength.se).toBeCloseTo(Math.abs(first - second) / 2, 9);
    expect(done).toEqual([1, 2]);
    expect(await sampleNetworks({ ...options, trials: 3 })).toEqual(three);
  });

  it("survives depths at which float32 and float64 overflow", async () => {
    const sample = await sampleNetworks({
      scheme: resolveScheme("unnormalized"),
      depth: 1600,
      width: 16,
      batch: 4,
      trials: 1,
    });
    expect(sample.skip.mean[1599]).toBe(Number.POSITIVE_INFINITY);
    expect(JSON.parse(JSON.stringify(sample)).skip.mean[1599]).toBeNull();
    expect(sample.predicted.skip[1599]).toBeNull();
    expect(sample.shares.mean.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    // The law's mean is 800 and its standard deviation 20; one narrow network is within a few of those.
    expect(Math.abs(sample.meanLength.mean - 800)).toBeLessThan(100);
  });

  it("is exact where every branch is 0", async () => {
    const sample = await sampleNetworks({ scheme: resolveScheme("rezero"), depth: 9, width: 8, trials: 3 });
    expect(sample.shares.mean[0]).toBe(1);
    expect(sample.meanLength).toEqual({ mean: 0, se: 0, theory: 0, z: 0 });
    expect(sample.verdict.status).toBe("agrees");
  });

  it("keeps P(K ≤ k) apart for any k it is asked for", async () => {
    const sample = await sampleNetworks({
      scheme: batchnorm,
      depth: 30,
      width: 8,
      trials: 2,
      within: [25, 3],
    });
    expect(sample.shares.mean.length).toBeGreaterThan(26);
    expect(sample.within[25].mean).toBeLessThanOrEqual(1 + 1e-9);
    expect(Object.keys(sample.within)).toEqual(["3", "25"]);
  });

  it.each([
    [{ batch: 1 }, /batch must be at least 2 for batchnorm/],
    [{ width: 0 }, /width must be a whole number/],
    [{ depth: 1.5 }, /depth must be a whole number/],
    [{ trials: 0 }, /trials/],
    [{ inputDimension: 0 }, /inputDimension/],
    [{ seed: -1 }, /seed/],
    [{ within: [-1] }, /within/],
    [{ batch: 1e9 }, /batch must be at most/],
  ])("refuses %j before it starts", async (wrong, message) => {
    const options = { scheme: batchnorm, depth: 10, onTrial: () => expect.fail("it started"), ...wrong };
    await expect(sampleNetworks(options)).rejects.toThrow(message);
    await expect(sampleNetworks(options)).rejects.toThrow(InvalidArgumentError);
  });
});

describe("predictBatch", () => {
  it.each(["linear", "relu"] as const)("tends to the law of an infinite batch, %s", (activation) => {
    for (const name of ["batchnorm", "unnormalized", "sqrt2"]) {
      const scheme = resolveScheme(name);
      const large = predictBatch({ scheme, activation, depth: 20, batch: 1e7 }).profile;
      const infinite = predictProfile({ scheme, activation, depth: 20 });
      for (let i = 0; i < 20; i++) {
        expect(large.skip[i] / infinite.skip[i]).toBeCloseTo(1, 5);
        expect(large.branch[i] / infinite.branch[i]).toBeCloseTo(1, 5);
      }
    }
  });
});

describe("lengthWindows", () => {
  it("keeps all of a narrow law and little of a wide one", () => {
    const windows = (name: string, depth: number) =>
      lengthWindows({ profile: predictProfile({ scheme: resolveScheme(name), depth }) });
    expect(windows("batchnorm", 3)).toEqual([
      { low: 0, high: 1 },
      { low: 0, high: 2 },
      { low: 0, high: 3 },
    ]);
    const last = windows("unnormalized", 2000)[1999];
    // Six to eight standard deviations (22.4) on each side of 1000.
    expect(last.low).toBeGreaterThan(1000 - 8 * 22.4);
    expect(last.low).toBeLessThan(1000 - 6 * 22.4);
    expect(last.high - 1000).toBe(1000 - last.low);
    expect(windows("batchnorm", 10_000)[9999].high).toBeLessThan(45);
  });

  it("leaves outside the window what it may", () => {
    const profile = predictProfile({ scheme: batchnorm, depth: 200 });
    const law = pathLengths(profile);
    expect(law.sf(lengthWindows({ profile })[199].high)).toBeLessThan(1e-9);
    expect(lengthWindows({ profile, atLeast: 60 })[199].high).toBeGreaterThanOrEqual(60);
  });
});
