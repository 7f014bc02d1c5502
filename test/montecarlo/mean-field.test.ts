import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import { predictNetwork } from "../../src/analytic/mean-field/index.js";
import { meanWithError } from "../../src/compare/index.js";
import { runTrial } from "../../src/montecarlo/forward/trial.js";
import { type NetworkOverrides, networkOf } from "../../src/montecarlo/network/resolve-network.js";
import { lengthWindows } from "../../src/montecarlo/network/window.js";
import type { SampledNetwork } from "../../src/network/sampled-network.js";
import { startTensors } from "../../src/tensor/index.js";
import { withDeviations } from "./naive.js";

beforeAll(async () => {
  await startTensors();
});

/** 99.99 % of Student's t with 15 degrees of freedom, two-sided. */
const T = 5.239;
const TRIALS = 16;

/** Mean length, and the last block's input variance, branch variance and squared batch mean, 1 where the theory holds. */
async function sampled(network: SampledNetwork, of: SampledNetwork = network) {
  const theory = predictNetwork(of);
  const { depth } = network;
  const windows = lengthWindows({ profile: theory.profile, atLeast: depth });
  const divided = withDeviations(network, theory.input.secondMoment.map(Math.sqrt));
  const rows: number[][] = [];
  for (let trial = 0; trial < TRIALS; trial++) {
    const record = await runTrial({
      network: divided,
      seed: 5,
      trial,
      windows,
      recordedBlocks: [depth],
    });
    const meanLength = record.shares[0].share.reduce((sum, share, k) => sum + k * share, 0);
    rows.push([
      meanLength / theory.lawAfter(depth).mean,
      record.input.variance[0] / theory.input.variance[depth - 1],
      record.branch.variance[0] / theory.branch.variance[depth - 1],
      // Of the second moment: behind BatchNorm it is 0.
      1 +
        (record.input.meanSquared[0] - theory.input.meanSquared[depth - 1]) /
          theory.input.secondMoment[depth - 1],
    ]);
  }
  return rows[0].map((_, column) => meanWithError(rows.map((row) => row[column])));
}

describe("sampled networks against predictNetwork", () => {
  // Inputs of many dimensions: the theory takes them as equally long.
  const wide = { width: 160, depth: 6, batch: 16, inputDimension: 1500 };

  it.each<[string, NetworkOverrides]>([
    ["batchnorm", { activation: "tanh" }],
    ["batchnorm", { activation: "gelu" }],
    ["batchnorm", { activation: "gelu", branchLayers: 2, batch: 6 }],
    ["batchnorm", { activation: "relu", position: "post", batch: 6 }],
    ["pre-ln", { activation: "gelu" }],
    ["unnormalized", { activation: "tanh" }],
    ["nfnet", { activation: "gelu", branchLayers: 2 }],
  ])("%s, %o", async (name, overrides) => {
    const found = await sampled(networkOf(resolveScheme(name), { ...wide, ...overrides }));
    // 6 blocks of width 160 are off by a few parts in a thousand, below the standard errors; 1e-6 is for float32.
    for (const { mean, se } of found) expect(Math.abs(mean - 1)).toBeLessThan(Math.max(T * se, 1e-6));
  });

  it("on maps", async () => {
    const network = networkOf(resolveScheme("batchnorm"), {
      activation: "gelu",
      convolutional: true,
      channels: 24,
      imageSize: 8,
      batch: 8,
      depth: 6,
    });
    for (const { mean, se } of (await sampled(network)).slice(0, 3))
      expect(Math.abs(mean - 1)).toBeLessThan(T * se);
  });

  it("can tell the theory from that of another activation or batch", async () => {
    const network = networkOf(resolveScheme("batchnorm"), { ...wide, activation: "gelu" });
    for (const other of [
      { activation: "relu" as const, gain: network.gain },
      { activation: "tanh" as const, gain: network.gain },
      { batch: 5 },
    ]) {
      const found = await sampled(
        network,
        networkOf(resolveScheme("batchnorm"), { ...wide, activation: "gelu", ...other }),
      );
      expect(Math.max(...found.map(({ mean, se }) => Math.abs(mean - 1) / se))).toBeGreaterThan(T);
    }
  });
});
