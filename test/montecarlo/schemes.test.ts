import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import { predictNetwork } from "../../src/analytic/mean-field/index.js";
import { compareWithTheory, meanWithError } from "../../src/compare/index.js";
import { runTrial } from "../../src/montecarlo/forward/trial.js";
import { type NetworkOverrides, networkOf } from "../../src/montecarlo/network/resolve-network.js";
import { parseArchitecture, type SampledNetwork, SCHEME_NAMES } from "../../src/network/index.js";
import { startTensors } from "../../src/tensor/index.js";
import { allLengths, withDeviations } from "./naive.js";

beforeAll(async () => {
  await startTensors();
});

/** The mean path length of independent networks beside the law at infinite width. */
async function meanLength(network: SampledNetwork, trials: number) {
  const { depth } = network;
  const prediction = predictNetwork(network);
  const deviations = prediction.input.secondMoment.map((m, i) => Math.sqrt(m * 2 ** prediction.exponent[i]));
  const windows = allLengths(depth);
  const lengths: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const { shares } = await runTrial({
      network: withDeviations(network, deviations),
      seed: 6,
      trial,
      windows,
    });
    lengths.push(shares[0].share.reduce((sum, share, k) => sum + k * share, 0));
  }
  return compareWithTheory(meanWithError(lengths), prediction.lawAfter(depth).mean);
}

function sized(name: string, overrides: NetworkOverrides): SampledNetwork {
  // Inputs of many dimensions are equally strong, as the theory takes them.
  return networkOf(resolveScheme(name), { width: 128, batch: 24, inputDimension: 1000, ...overrides });
}

describe("every scheme can be sampled and obeys its law", () => {
  it.each(SCHEME_NAMES)("%s", async (name) => {
    const trials = name === "stochastic-depth" ? 60 : 14;
    const { mean, se, z, theory } = await meanLength(sized(name, { depth: 5, activation: "relu" }), trials);
    expect(Math.abs(z)).toBeLessThan(4);
    // A law that is a fifth off would show.
    expect(se).toBeLessThanOrEqual(theory / 20);
    if (theory === 0) expect(mean).toBe(0);
  });

  it.each([
    ["wrn-16-4", "batchnorm"],
    ["wrn-16-4", "skipinit"],
    ["nf-resnet-50", "nfnet"],
    ["pre-ln-3", "pre-ln"],
  ])("%s of %s", async (architecture, name) => {
    const overrides = {
      architecture: parseArchitecture(architecture),
      activation: "relu",
      width: 96,
    } as const;
    const { se, z, theory } = await meanLength(sized(name, overrides), 8);
    expect(Math.abs(z)).toBeLessThan(4);
    expect(se).toBeLessThanOrEqual(theory / 20);
  });

  it.each(["batchnorm", "post-ln"])("orthogonal weights, %s", async (name) => {
    const overrides = { depth: 5, activation: "gelu", weights: "orthogonal" } as const;
    const { se, z, theory } = await meanLength(sized(name, overrides), 10);
    expect(Math.abs(z)).toBeLessThan(4);
    expect(se).toBeLessThanOrEqual(theory / 20);
  });
});
