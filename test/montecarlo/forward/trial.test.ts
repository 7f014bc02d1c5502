import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme } from "../../../src/analytic/index.js";
import { predictNetwork } from "../../../src/analytic/mean-field/index.js";
import { runTrial } from "../../../src/montecarlo/forward/trial.js";
import { networkOf } from "../../../src/montecarlo/network/resolve-network.js";
import { lengthWindows } from "../../../src/montecarlo/network/window.js";
import type { Activation, ResidualScheme } from "../../../src/network/index.js";
import { startTensors, tf } from "../../../src/tensor/index.js";
import { allLengths, covarianceShares, momentShares, naiveSample } from "../naive.js";

beforeAll(async () => {
  await startTensors();
});

const KEY = { seed: 3, trial: 2 };

function network(scheme: ResidualScheme, activation: Activation, depth = 4, width = 12) {
  return networkOf(scheme, { activation, depth, width, batch: 10, inputDimension: 7 });
}

const SCHEMES: [string, ResidualScheme][] = [
  ["batchnorm", resolveScheme("batchnorm")],
  ["unnormalized", resolveScheme("unnormalized")],
  ["sqrt2", resolveScheme("sqrt2")],
  ["skipinit", resolveScheme("skipinit", { text: "i/3", scale: (i) => i / 3 })],
];

describe.each(SCHEMES)("runTrial, %s", (_, scheme) => {
  describe.each(["linear", "relu"] as const)("%s", (activation) => {
    const sampled = network(scheme, activation);
    const naive = naiveSample(sampled, KEY);
    const shares = scheme.normalizer !== "none" ? covarianceShares : momentShares;

    it("finds the shares that walking all 2^d paths finds, after every block", async () => {
      const shareBlocks = [1, 2, 3, 4];
      const trial = await runTrial({ network: sampled, ...KEY, windows: allLengths(4), shareBlocks });
      expect(trial.shares.map(({ block }) => block)).toEqual(shareBlocks);
      for (const { block, share } of trial.shares) {
        // The output of a shorter network of the same weights.
        const { components, output } = naiveSample(network(scheme, activation, block), KEY);
        const expected = shares(components, output);
        expect(expected).toHaveLength(block + 1);
        expect(share).toHaveLength(block + 1);
        for (const [k, one] of expected.entries()) expect(Math.abs(share[k] - one)).toBeLessThan(1e-5);
        expect(share.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      }
    });

    it("lumps longer and shorter paths into the ends of the window", async () => {
      const windows = [
        { low: 0, high: 1 },
        { low: 0, high: 2 },
        { low: 1, high: 2 },
        { low: 1, high: 2 },
      ];
      const trial = await runTrial({ network: sampled, ...KEY, windows });
      const labelled = naiveSample(sampled, { ...KEY, windows });
      const expected = shares(labelled.components, labelled.output);
      const [{ share }] = trial.shares;
      expect(share).toHaveLength(3);
      for (const [k, one] of share.entries()) expect(Math.abs(one - expected[k])).toBeLessThan(1e-5);
    });

    it("measures each block as the naive network does", async () => {
      const trial = await runTrial({ network: sampled, ...KEY });
      expect(trial.shares).toEqual([]);
      for (const path of ["skip", "branch", "input"] as const) {
        for (const name of ["variance", "meanSquared", "secondMoment", "channelVariance"] as const) {
          for (let i = 0; i < sampled.depth; i++) {
            const expected = naive.blocks[i][path];
            // Relative to the whole: behind BatchNorm a linear branch has no batch mean.
            const error = (trial[path][name][i] - expected[name]) / expected.secondMoment;
            expect(Math.abs(error)).toBeLessThan(1e-4);
          }
        }
      }
    });
  });
});

describe("runTrial", () => {
  it("rescales by powers of two without changing a bit", async () => {
    const sampled = network(resolveScheme("unnormalized"), "relu", 30);
    const windows = allLengths(30);
    const plain = await runTrial(
      { network: sampled, ...KEY, windows },
      { rescaleBeyond: Number.POSITIVE_INFINITY },
    );
    const rescaled = await runTrial({ network: sampled, ...KEY, windows }, { rescaleBeyond: 1 });
    expect(rescaled).toEqual(plain);
  });

  it("rescales a normalised network in which the skip path is scaled", async () => {
    const scheme = { ...resolveScheme("batchnorm"), skipScale: () => 4 };
    const sampled = network(scheme, "relu", 12);
    const windows = allLengths(12);
    const plain = await runTrial(
      { network: sampled, ...KEY, windows },
      { rescaleBeyond: Number.POSITIVE_INFINITY },
    );
    const rescaled = await runTrial({ network: sampled, ...KEY, windows }, { rescaleBeyond: 1 });
    for (let i = 0; i < 12; i++) {
      expect(rescaled.skip.variance[i] / plain.skip.variance[i]).toBeCloseTo(1, 6);
    }
    for (let k = 0; k <= 12; k++) {
      expect(Math.abs(rescaled.shares[0].share[k] - plain.shares[0].share[k])).toBeLessThan(1e-6);
    }
  });

  it("records the blocks asked for, the same as among all of them", async () => {
    const sampled = network(resolveScheme("batchnorm"), "relu", 9);
    const all = await runTrial({ network: sampled, ...KEY });
    const some = await runTrial({ network: sampled, ...KEY, recordedBlocks: [1, 4, 9] });
    expect(Array.from(some.blocks)).toEqual([1, 4, 9]);
    for (const [at, block] of [1, 4, 9].entries()) {
      expect(some.branch.variance[at]).toBe(all.branch.variance[block - 1]);
      expect(some.input.meanSquared[at]).toBe(all.input.meanSquared[block - 1]);
    }
  });

  it("loses less to the windows of the theory than they promise", async () => {
    const sampled = network(resolveScheme("batchnorm"), "linear", 40, 64);
    const { profile } = predictNetwork(sampled);
    const [windowed] = (
      await runTrial({ network: sampled, ...KEY, windows: lengthWindows({ profile, lumped: 1e-12 }) })
    ).shares;
    const [whole] = (await runTrial({ network: sampled, ...KEY, windows: allLengths(40) })).shares;
    expect(windowed.share.length).toBeLessThan(30);
    // A component of relative variance v has a share of at most √v in either sign (Cauchy and Schwarz): 1e-6 here.
    for (const [k, share] of windowed.share.entries()) {
      expect(Math.abs(share - whole.share[k])).toBeLessThan(1e-5);
    }
  });

  it("holds no more in a deeper network", async () => {
    const peakOf = async (depth: number) => {
      let peak = 0;
      // Asked for before every block.
      const skipScale = () => {
        peak = Math.max(peak, tf.memory().numBytes);
        return 1;
      };
      const sampled = network({ ...resolveScheme("batchnorm"), skipScale }, "relu", depth);
      const windows = allLengths(depth).map(({ low, high }) => ({ low, high: Math.min(high, 5) }));
      await runTrial({ network: sampled, ...KEY, windows });
      return peak;
    };
    expect(await peakOf(80)).toBe(await peakOf(20));
  });

  it("leaves no tensor behind and stops when it is told to", async () => {
    const sampled = network(resolveScheme("batchnorm"), "relu");
    const options = { ...KEY, windows: allLengths(4) };
    const before = tf.memory().numTensors;
    await runTrial({ network: sampled, ...options });
    // Lengths that are lumped on the way are let go.
    await runTrial({
      network: sampled,
      ...KEY,
      windows: [0, 1, 2, 3].map((low) => ({ low, high: low + 1 })),
    });
    expect(tf.memory().numTensors).toBe(before);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(runTrial({ network: sampled, ...options }, { signal })).rejects.toThrow("enough");
    // In the middle of a network that would take far longer.
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("later")), 10);
    const deep = network(resolveScheme("batchnorm"), "relu", 50_000);
    const running = runTrial({ network: deep, ...KEY, recordedBlocks: [1] }, { signal: stop.signal });
    await expect(running).rejects.toThrow("later");
    expect(tf.memory().numTensors).toBe(before);
  });
});
