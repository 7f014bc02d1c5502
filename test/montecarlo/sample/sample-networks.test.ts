import { describe, expect, it } from "vitest";
import { pathLengths, predictProfile, resolveScheme } from "../../../src/analytic/index.js";
import { predictNetwork } from "../../../src/analytic/mean-field/index.js";
import {
  compareWithTheory,
  extrapolateWidths,
  meanWithError,
  slopeAgainstBlock,
} from "../../../src/compare/index.js";
import {
  networkOf,
  sampleBackward,
  sampleBlockVariances,
  sampleNetworks,
  sampleSizes,
} from "../../../src/montecarlo/index.js";
import { lengthWindows } from "../../../src/montecarlo/network/window.js";
import { InvalidArgumentError } from "../../../src/network/index.js";
import { covarianceShares, momentShares, naiveSample } from "../naive.js";

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
      const wrong = predictNetwork(networkOf(batchnorm, { activation: other, depth: 20, batch: 32 })).profile;
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
    const network = networkOf(resolveScheme("unnormalized"), {
      activation: "relu",
      depth: 5,
      width: 32,
      batch: 16,
      inputDimension: 50,
    });
    const naive = Array.from({ length: 32 }, (_, trial) => naiveSample(network, { seed: 1, trial }));
    const z = (shares: typeof momentShares) => {
      const lengths = naive.map(({ components, output }) => lengthOf(shares(components, output)));
      return compareWithTheory(meanWithError(lengths), 2.5).z;
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
      depth: 1300,
      width: 16,
      batch: 4,
      trials: 1,
    });
    expect(sample.skip.mean.at(-1)).toBe(Number.POSITIVE_INFINITY);
    expect(JSON.parse(JSON.stringify(sample)).skip.mean.at(-1)).toBeNull();
    expect(sample.predicted.skip.at(-1)).toBeNull();
    expect(sample.shares.mean.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    // The law's mean is 650 and its standard deviation 18; one narrow network is within a few of those.
    expect(Math.abs(sample.meanLength.mean - 650)).toBeLessThan(90);
  });

  it("is exact where every branch is 0", async () => {
    const sample = await sampleNetworks({ scheme: resolveScheme("rezero"), depth: 9, width: 8, trials: 3 });
    expect(sample.shares.mean[0]).toBe(1);
    const exactly = { mean: 0, se: 0, theory: 0, z: 0, p: 1, pCorrected: 1 };
    expect(sample.meanLength).toEqual({
      ...exactly,
      ...{ margin: 1e-4, band: { low: 0, high: 0 }, status: "agrees" },
    });
    const branch = sample.curves?.find(({ label }) => label === "branch variance by block");
    expect(branch).toMatchObject({ status: "agrees", farthest: { mean: 0, theory: 0, margin: 0.02 } });
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

  it("records 1,000 blocks of a deeper network, evenly spaced, with slopes against the block", async () => {
    const sample = await sampleNetworks({ scheme: batchnorm, depth: 2500, width: 8, batch: 4, trials: 2 });
    const { blocks = [] } = sample;
    expect(blocks).toHaveLength(1000);
    expect([blocks[0], blocks.at(-1)]).toEqual([1, 2500]);
    const gaps = new Set(blocks.slice(1).map((block, index) => block - blocks[index]));
    expect([...gaps].sort()).toEqual([2, 3]);
    expect(sample.skip.mean).toHaveLength(1000);
    expect(sample.predicted.skip[999]).toBeCloseTo(2499 + 3 / 4, 9);
    // A linear branch adds exactly 1 a block, whatever the width.
    expect(sample.slopes?.skip.theory).toBeCloseTo(1, 10);
    expect(sample.slopes?.skip.mean).toBeCloseTo(slopeAgainstBlock(sample.skip.mean, 1, blocks), 10);
  });

  it("gives the path lengths after earlier blocks, those of the shorter network", async () => {
    const options = { scheme: batchnorm, width: 16, batch: 8, trials: 3, within: [2] };
    const long = await sampleNetworks({ ...options, depth: 12, atBlocks: [5, 12, 3] });
    expect(long.atBlocks?.map(({ block }) => block)).toEqual([3, 5]);
    const short = await sampleNetworks({ ...options, depth: 5 });
    const five = long.atBlocks?.[1];
    expect(five?.shares.mean.slice(0, 6)).toEqual(short.shares.mean);
    expect(five?.meanLength.mean).toBe(short.meanLength.mean);
    expect(five?.within[2].theory).toBeCloseTo(short.within[2].theory, 14);
  });

  it("is the same on any number of threads, to the bit, with as many networks as its precision needs", async () => {
    const options = { scheme: batchnorm, depth: 8, width: 12, batch: 8, within: [2], precision: 0.02 };
    const one = await sampleNetworks({ ...options, workers: 1 });
    expect(one.trials).toBeGreaterThan(8);
    expect(one.precision).toEqual({ quantity: "P(K ≤ 2)", asked: 0.02, reached: true });
    expect(one.within[2].se).toBeLessThanOrEqual(0.02);
    expect(await sampleNetworks({ ...options, workers: 2 })).toEqual(one);
    // It stopped at the first number of networks from 8 on that is enough.
    const before = await sampleNetworks({ ...options, precision: undefined, trials: one.trials - 1 });
    expect(before.within[2].se).toBeGreaterThan(0.02);
  });

  it("says in its verdict that a precision was not reached", async () => {
    const options = { scheme: batchnorm, depth: 8, width: 32, batch: 8, within: [2], maxTrials: 9 };
    const sample = await sampleNetworks({ ...options, precision: 1e-6 });
    expect(sample.trials).toBe(9);
    expect(sample.precision?.reached).toBe(false);
    expect(sample.verdict.reason).toMatch(
      /^the standard error of P\(K ≤ 2\) is 0\.\d+ after 9 networks, above the 0.000001 asked/,
    );
  });

  it("lumps what is longer than asked for, and refuses where that would be too much", async () => {
    const options = { scheme: batchnorm, depth: 30, width: 32, trials: 2, within: [3] };
    const whole = await sampleNetworks(options);
    const cut = await sampleNetworks({ ...options, longest: 14 });
    expect(cut.shares.mean).toHaveLength(16);
    for (let k = 0; k <= 14; k++) expect(cut.shares.mean[k]).toBeCloseTo(whole.shares.mean[k], 5);
    expect(cut.shares.mean.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    const law = pathLengths(predictNetwork(networkOf(batchnorm, { depth: 30, batch: 64 })).profile);
    const message = await sampleNetworks({ ...options, longest: 6 }).catch((error: Error) => error.message);
    const enough = Number(/longest must be at least (\d+)/.exec(String(message))?.[1]);
    expect(law.sf(enough)).toBeLessThanOrEqual(1e-6);
    expect(law.sf(enough - 1)).toBeGreaterThan(1e-6);
  });

  it("measures the same statistics without path lengths", async () => {
    const options = {
      scheme: batchnorm,
      depth: 6,
      width: 16,
      batch: 8,
      trials: 3,
      sampler: "direct" as const,
    };
    const { shares, meanLength, within, attribution, ...paths } = await sampleNetworks(options);
    const alone = await sampleBlockVariances(options);
    // Without a split the activations are summed in another order.
    for (let i = 0; i < 6; i++) expect(alone.skip.mean[i]).toBeCloseTo(paths.skip.mean[i], 4);
    expect(alone.slopes?.skip.z).toBeCloseTo(paths.slopes?.skip.z as number, 2);
    expect(alone).not.toHaveProperty("shares");
  });

  it("compares no P(K ≤ k) where the list is empty, and then decides by the mean length", async () => {
    const options = { scheme: batchnorm, depth: 4, width: 8, within: [] };
    expect((await sampleNetworks({ ...options, trials: 3 })).within).toEqual({});
    const { precision } = await sampleNetworks({ ...options, precision: 10 });
    expect(precision?.quantity).toBe("mean length");
  });

  it.each([
    [{ precision: 0.1, trials: 9 }, /trials must be absent with `precision`/],
    [{ precision: 0 }, /precision must be a positive number/],
    [{ precision: 0.1, maxTrials: 7 }, /maxTrials must be a whole number from 8/],
    [{ maxTrials: 9 }, /maxTrials must be given with `precision`/],
    [{ quantity: "nothing" as never }, /quantity must be one of within, mean-length, branch/],
    [{ sampler: "gram" as const }, /sampler must be (auto or )?direct/],
    [{ atBlocks: [11] }, /atBlocks must be a whole number from 1 to 10/],
    [{ workers: 0 }, /workers/],
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

describe("onPlanned", () => {
  const options = { scheme: batchnorm, depth: 4, width: 8, batch: 4, trials: 3 };

  it.each([
    ["networks", sampleNetworks],
    ["variances", sampleBlockVariances],
    ["gradients", sampleBackward],
  ])("comes once, before anything is drawn or refused to be: %s", async (_, sample) => {
    const events: string[] = [];
    const told = {
      onPlanned: () => void events.push("planned"),
      onTrial: (done: number) => void events.push(`${done}`),
    };
    await sample({ ...options, ...told });
    expect(events).toEqual(["planned", "1", "2", "3"]);
    await expect(sample({ ...options, ...told, depth: 0 })).rejects.toThrow(InvalidArgumentError);
    expect(events).toHaveLength(4);
  });

  it("comes once for several sizes, when all of them are planned", async () => {
    const events: string[] = [];
    await sampleSizes({
      ...options,
      along: "width",
      sizes: [8, 16],
      onPlanned: () => void events.push("planned"),
      onTrial: (done, trials) => void events.push(`${done} of ${trials}`),
    });
    expect(events).toEqual(["planned", ...[1, 2, 3, 4, 5, 6].map((done) => `${done} of 6`)]);
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
