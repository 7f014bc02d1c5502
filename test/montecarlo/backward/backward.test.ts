import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme } from "../../../src/analytic/index.js";
import { predictBackward } from "../../../src/analytic/mean-field/index.js";
import { meanWithError } from "../../../src/compare/index.js";
import { backwardWindows, runBackward } from "../../../src/montecarlo/backward/backward.js";
import { type NetworkOverrides, networkOf } from "../../../src/montecarlo/network/resolve-network.js";
import { sampleBackward } from "../../../src/montecarlo/sample/sample-backward.js";
import { parseArchitecture } from "../../../src/network/index.js";
import { startTensors, tf } from "../../../src/tensor/index.js";
import { allLengths } from "../naive.js";
import { naiveBackward } from "../naive-backward.js";

beforeAll(async () => {
  await startTensors();
});

const KEY = { seed: 3, trial: 2 };

describe("runBackward against finite differences", () => {
  it.each<[string, NetworkOverrides]>([
    ["batchnorm", { activation: "linear" }],
    ["batchnorm", { activation: "relu" }],
    ["batchnorm", { activation: "relu", branchLayers: 2 }],
    ["batchnorm", { activation: "relu", weights: "orthogonal" }],
    ["batchnorm", { activation: "relu", normalizer: "group", groups: 2 }],
    ["unnormalized", { activation: "relu" }],
    ["skipinit", { activation: "linear", branchLayers: 2 }],
    ["pre-ln", { activation: "linear" }],
    ["pre-ln", { activation: "relu" }],
    ["post-ln", { activation: "relu" }],
    ["deepnorm", { activation: "linear" }],
  ])("%s, %o", async (name, overrides) => {
    const depth = 4;
    const network = networkOf(resolveScheme(name), {
      depth,
      width: 6,
      batch: 5,
      inputDimension: 4,
      ...overrides,
    });
    const options = { ...KEY, windows: allLengths(depth), shareBlocks: [1, 2, 4] };
    const record = await runBackward({ network, ...options });
    const expected = naiveBackward(network, KEY);
    expect([...record.blocks]).toEqual([1, 2, 3, 4]);
    // Roundings of float32 in some hundred products, and those of the differences: 1e-16/1e-5.
    for (const [index, norm] of expected.squaredNorm.entries()) {
      expect(Math.abs(record.squaredNorm[index] / norm - 1)).toBeLessThan(1e-4);
    }
    expect(record.shares.map(({ block }) => block)).toEqual([1, 2, 4]);
    for (const { block, share } of record.shares) {
      for (const [k, value] of expected.shares[block - 1].entries()) {
        expect(Math.abs(share[k] - value)).toBeLessThan(1e-4);
      }
    }
  });

  it("goes through transition blocks", async () => {
    const architecture = parseArchitecture("wrn-10-1");
    const options = { activation: "relu", architecture, width: 4, batch: 5, inputDimension: 4 } as const;
    const network = networkOf(resolveScheme("batchnorm"), options);
    const record = await runBackward({ network, ...KEY, windows: allLengths(network.depth) });
    const expected = naiveBackward(network, KEY);
    for (const [index, norm] of expected.squaredNorm.entries()) {
      expect(Math.abs(record.squaredNorm[index] / norm - 1)).toBeLessThan(1e-4);
    }
    for (const [k, value] of expected.shares[0].entries()) {
      expect(Math.abs(record.shares[0].share[k] - value)).toBeLessThan(1e-4);
    }
  });
});

describe("runBackward against predictBackward", () => {
  const [depth, batch, trials] = [50, 16, 16];
  /** 99.9 % of Student's t with 15 degrees of freedom, two-sided; fewer than Welch's for a difference. */
  const T = 4.073;

  it.each(["linear", "relu"] as const)("50 blocks with BatchNorm, %s", async (activation) => {
    const sampled = async (width: number) => {
      const network = networkOf(resolveScheme("batchnorm"), { activation, depth, batch, width });
      const theory = predictBackward(network);
      const windows = backwardWindows(theory);
      const found: number[][] = [];
      for (let trial = 0; trial < trials; trial++) {
        const { squaredNorm, shares } = await runBackward({ network, seed: 11, trial, windows });
        const meanLength = shares[0].share.reduce((sum, share, k) => sum + k * share, 0);
        const norms = [1, 26, 45].map(
          (block) => squaredNorm[block - 1] / Math.exp(theory.logSquaredNorm[block - 1]),
        );
        found.push([...norms, meanLength / theory.lawFrom(1).mean]);
      }
      return found[0].map((_, column) => meanWithError(found.map((row) => row[column])));
    };
    // What finite width does goes with its inverse, and is extrapolated.
    const [narrow, wide] = [await sampled(48), await sampled(96)];
    for (const [index, { mean, se }] of wide.entries()) {
      const extrapolated = 2 * mean - narrow[index].mean;
      const error = Math.hypot(2 * se, narrow[index].se);
      expect(Math.abs(extrapolated - 1) / error).toBeLessThan(T);
      expect(error).toBeLessThan(0.15);
    }
  });
});

describe("runBackward", () => {
  const network = (overrides: NetworkOverrides) =>
    networkOf(resolveScheme("batchnorm"), {
      activation: "relu",
      depth: 30,
      width: 12,
      batch: 6,
      ...overrides,
    });

  it("gives the same norms without paths, and the same shares in the windows of the theory", async () => {
    const sampled = network({ width: 48, batch: 16 });
    const whole = await runBackward({ network: sampled, ...KEY, windows: allLengths(30) });
    const windows = backwardWindows(predictBackward(sampled), { lumped: 1e-12 });
    const windowed = await runBackward({ network: sampled, ...KEY, windows });
    const plain = await runBackward({ network: sampled, ...KEY, recordedBlocks: [1, 7, 30] });
    expect(plain.shares).toEqual([]);
    expect([...plain.blocks]).toEqual([1, 7, 30]);
    expect([...plain.squaredNorm]).toEqual([1, 7, 30].map((block) => whole.squaredNorm[block - 1]));
    expect(windowed.shares[0].share.length).toBeLessThan(31);
    for (const [k, share] of windowed.shares[0].share.entries()) {
      expect(Math.abs(share - whole.shares[0].share[k])).toBeLessThan(1e-5);
    }
    expect(whole.shares[0].share.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it("stays within float64 where the gradient leaves float32", async () => {
    const { squaredNorm } = await runBackward({
      network: network({ normalizer: "none", depth: 400, activation: "linear" }),
      ...KEY,
    });
    // 2^400 but for a spread of some standard deviations of the logarithm, each block's at most √(4/width).
    const bits = Math.log2(squaredNorm[0]);
    expect(Math.abs(bits - 400)).toBeLessThan((4 * Math.sqrt(400 * (4 / 12))) / Math.LN2);
    expect(squaredNorm.every((norm) => norm > 0 && Number.isFinite(norm))).toBe(true);
  });

  it("holds activations in proportion to the root of the depth", async () => {
    const peakOf = async (depth: number) => {
      let peak = 0;
      // Asked for before every block, in both directions.
      const skipScale = () => {
        peak = Math.max(peak, tf.memory().numBytes);
        return 1;
      };
      const scheme = { ...resolveScheme("batchnorm"), skipScale };
      await runBackward({
        network: networkOf(scheme, { activation: "relu", depth, width: 12, batch: 6 }),
        ...KEY,
      });
      return peak;
    };
    // Four times the blocks, twice the root.
    expect((await peakOf(144)) / (await peakOf(36))).toBeLessThan(2);
  });

  it("leaves no tensor behind and stops when it is told to", async () => {
    const before = tf.memory().numTensors;
    await runBackward({ network: network({}), ...KEY, windows: allLengths(30) });
    expect(tf.memory().numTensors).toBe(before);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(runBackward({ network: network({}), ...KEY }, { signal })).rejects.toThrow("enough");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("is not asked for what cannot be differentiated", async () => {
    const options = { scheme: resolveScheme("batchnorm"), depth: 2, activation: "gelu" } as const;
    await expect(sampleBackward(options)).rejects.toThrow("activation must be linear or relu");
  });
});
