import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import { predictBatch } from "../../src/montecarlo/prediction.js";
import { runTrial, type TrialOptions } from "../../src/montecarlo/trial.js";
import { lengthWindows } from "../../src/montecarlo/window.js";
import type { Activation, ResidualScheme } from "../../src/network/index.js";
import { startTensors, tf } from "../../src/tensor/index.js";
import { covarianceShares, momentShares, naiveSample } from "./naive.js";

beforeAll(async () => {
  await startTensors();
});

function network(scheme: ResidualScheme, activation: Activation, depth = 4) {
  return { scheme, activation, depth, width: 12, batch: 10, inputDimension: 7, seed: 3, trial: 2, trials: 3 };
}

/** Every length apart, so that nothing is lumped. */
function allLengths(depth: number) {
  return Array.from({ length: depth }, (_, i) => ({ low: 0, high: i + 1 }));
}

const SCHEMES: [string, ResidualScheme][] = [
  ["batchnorm", resolveScheme("batchnorm")],
  ["unnormalized", resolveScheme("unnormalized")],
  ["sqrt2", resolveScheme("sqrt2")],
  ["skipinit", resolveScheme("skipinit", { text: "i/3", scale: (i) => i / 3 })],
];

describe.each(SCHEMES)("runTrial, %s", (_, scheme) => {
  describe.each(["linear", "relu"] as const)("%s", (activation) => {
    const options = network(scheme, activation);
    const naive = naiveSample(options);
    const shares = scheme.branchInput === "normalized" ? covarianceShares : momentShares;

    it("finds the shares that walking all 2^d paths finds", async () => {
      const trial = await runTrial({ ...options, windows: allLengths(options.depth) });
      const expected = shares(naive.components, naive.output);
      expect(trial.shares).toHaveLength(expected.length);
      for (const [k, share] of expected.entries())
        expect(Math.abs(trial.shares[k] - share)).toBeLessThan(1e-5);
      expect(trial.shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    });

    it("lumps longer and shorter paths into the ends of the window", async () => {
      const windows = [
        { low: 0, high: 1 },
        { low: 0, high: 2 },
        { low: 1, high: 2 },
        { low: 1, high: 2 },
      ];
      const trial = await runTrial({ ...options, windows });
      const labelled = naiveSample(options, windows);
      const expected = shares(labelled.components, labelled.output);
      expect(trial.shares).toHaveLength(3);
      for (const [k, share] of trial.shares.entries())
        expect(Math.abs(share - expected[k])).toBeLessThan(1e-5);
    });

    it("measures each block as the naive network does", async () => {
      const trial = await runTrial({ ...options, windows: allLengths(options.depth) });
      for (const name of ["skip", "branch", "branchSecondMoment", "movingMeanSquared"] as const) {
        for (let i = 0; i < options.depth; i++) {
          expect(Math.abs(trial[name][i] / naive[name][i] - 1)).toBeLessThan(1e-4);
        }
      }
    });
  });
});

describe("runTrial", () => {
  it("rescales by powers of two without changing a bit", async () => {
    const options = network(resolveScheme("unnormalized"), "relu", 30);
    const windows = allLengths(30);
    const plain = await runTrial({ ...options, windows, rescaleBeyond: Number.POSITIVE_INFINITY });
    const rescaled = await runTrial({ ...options, windows, rescaleBeyond: 1 });
    expect(rescaled).toEqual(plain);
  });

  it("rescales a normalised network in which the skip path is scaled", async () => {
    const scheme = { ...resolveScheme("batchnorm"), skipScale: () => 4 };
    const options = network(scheme, "relu", 12);
    const windows = allLengths(12);
    const plain = await runTrial({ ...options, windows, rescaleBeyond: Number.POSITIVE_INFINITY });
    const rescaled = await runTrial({ ...options, windows, rescaleBeyond: 1 });
    for (let i = 0; i < 12; i++) expect(rescaled.skip[i] / plain.skip[i]).toBeCloseTo(1, 6);
    for (let k = 0; k <= 12; k++) expect(Math.abs(rescaled.shares[k] - plain.shares[k])).toBeLessThan(1e-6);
  });

  it("loses less to the windows of the theory than they promise", async () => {
    const options = { ...network(resolveScheme("batchnorm"), "linear", 40), width: 64 };
    const { profile } = predictBatch(options);
    const windowed = await runTrial({ ...options, windows: lengthWindows({ profile, lumped: 1e-12 }) });
    const whole = await runTrial({ ...options, windows: allLengths(40) });
    expect(windowed.shares.length).toBeLessThan(30);
    // A component of relative variance v has a share of at most √v in either sign (Cauchy and Schwarz): 1e-6 here.
    for (const [k, share] of windowed.shares.entries()) {
      expect(Math.abs(share - whole.shares[k])).toBeLessThan(1e-5);
    }
  });

  it("leaves no tensor behind and stops when it is told to", async () => {
    const options: TrialOptions = {
      ...network(resolveScheme("batchnorm"), "relu"),
      windows: allLengths(4),
    };
    const before = tf.memory().numTensors;
    await runTrial(options);
    expect(tf.memory().numTensors).toBe(before);
    await expect(runTrial({ ...options, signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
  });
});
