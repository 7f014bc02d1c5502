import { beforeAll, describe, expect, it } from "vitest";
import { parseScale } from "../../src/analytic/expression.js";
import { configureScheme, resolveScheme } from "../../src/analytic/index.js";
import { runTrial } from "../../src/montecarlo/forward/trial.js";
import { type NetworkOverrides, networkOf } from "../../src/montecarlo/network/resolve-network.js";
import { BRANCH_ACTIVATIONS } from "../../src/network/activations.js";
import { architectureOfStack } from "../../src/network/architecture.js";
import { NORMALIZER_NAMES } from "../../src/network/normalizers.js";
import { NORMALIZER_POSITIONS, type SampledNetwork } from "../../src/network/sampled-network.js";
import { startTensors, tf } from "../../src/tensor/index.js";
import { allLengths, covarianceShares, momentShares, naiveSample, withDeviations } from "./naive.js";

beforeAll(async () => {
  await startTensors();
});

const KEY = { seed: 3, trial: 2 };
const STATISTICS = ["variance", "meanSquared", "secondMoment", "channelVariance"] as const;

/** Shares and statistics of the engine against walking all 2^d paths in float64. */
async function expectAgreement(network: SampledNetwork, images?: Float32Array): Promise<void> {
  const naive = naiveSample(network, { ...KEY, images });
  const trial = await runTrial({
    network: withDeviations(network, naive.deviations),
    ...KEY,
    inputs: images,
    windows: allLengths(network.depth),
  });
  const sharesOf =
    network.normalizer === "batch" && network.position === "pre" ? covarianceShares : momentShares;
  const expected = sharesOf(naive.components, naive.output);
  const { share } = trial.shares[0];
  expect(share).toHaveLength(expected.length);
  // Of some thousand roundings of 2^−24 each, in products with gates and inverse deviations that amplify them.
  for (const [k, value] of expected.entries()) expect(Math.abs(share[k] - value)).toBeLessThan(1e-5);
  for (const [index, block] of naive.blocks.entries()) {
    for (const path of ["skip", "branch", "input"] as const) {
      for (const name of STATISTICS) {
        const difference = Math.abs(trial[path][name][index] - block[path][name]);
        // The second moment is the scale of all four: the others may nearly cancel.
        expect(difference, `${path} ${name} of block ${index + 1}`).toBeLessThanOrEqual(
          1e-5 * block[path].secondMoment,
        );
      }
    }
  }
}

function small(name: string, overrides: NetworkOverrides = {}): SampledNetwork {
  const groups = overrides.normalizer === "group" ? { groups: 3 } : {};
  const sizes = { depth: 4, width: 12, batch: 10, inputDimension: 7, ...groups };
  return networkOf(resolveScheme(name), { ...sizes, ...overrides });
}

/** Two stages, the second of double width and half the size, in two layers a branch. */
const STAGES = architectureOfStack({
  name: "two-stages",
  imageSize: 6,
  // Narrower than the first stage, so that this begins with a transition block as well.
  stem: { kernel: 3, stride: 1, pooling: 1, width: 1 },
  stages: [1, 2].map((factor) => ({
    blocks: 2,
    layers: [
      { kernel: 1, stride: 1, width: 2 * factor },
      { kernel: 3, stride: factor, width: 4 * factor },
    ],
  })),
});

/** The normalisers that a position can have. */
const NORMALIZERS = { pre: NORMALIZER_NAMES, post: ["batch", "layer", "group"] } as const;

describe.each(NORMALIZER_POSITIONS)("runTrial against all 2^d paths in float64, %s", (position) => {
  describe.each(NORMALIZERS[position])("%s", (normalizer) => {
    it.each(BRANCH_ACTIVATIONS)("%s", async (activation) => {
      for (const branchLayers of [1, 2, 3]) {
        await expectAgreement(small("unnormalized", { activation, normalizer, position, branchLayers }));
      }
    });

    it("transition blocks", async () => {
      const overrides = { normalizer, position, activation: "relu", width: 12 } as const;
      await expectAgreement(small("skipinit", { ...overrides, architecture: STAGES }));
    });
  });
});

describe("runTrial against all 2^d paths in float64", () => {
  it("scales of both paths by block", async () => {
    const scheme = configureScheme("custom", {
      alpha: parseScale("i/3"),
      skip: parseScale("1/sqrt(i)"),
      normalized: true,
    });
    await expectAgreement(networkOf(scheme, { depth: 5, width: 8, batch: 6, activation: "gelu" }));
  });

  it.each([true, false])("stochastic depth, normalised %s", async (normalized) => {
    const scheme = configureScheme("stochastic-depth", { survival: parseScale("0.5"), normalized });
    await expectAgreement(networkOf(scheme, { depth: 6, width: 8, batch: 6, activation: "relu" }));
    await expectAgreement(
      networkOf(scheme, { architecture: STAGES, width: 8, batch: 6, activation: "relu" }),
    );
  });

  it.each(["relu", "tanh"] as const)("orthogonal weights, %s", async (activation) => {
    await expectAgreement(small("batchnorm", { activation, weights: "orthogonal", branchLayers: 2 }));
    await expectAgreement(small("unnormalized", { activation, weights: "orthogonal", architecture: STAGES }));
  });

  it("leaves no tensor behind", async () => {
    const network = small("batchnorm", { weights: "orthogonal", architecture: STAGES });
    const before = tf.memory().numTensors;
    await runTrial({ network, ...KEY, windows: allLengths(4) });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("runTrial of convolutional networks against plain loops", () => {
  const maps = { convolutional: true, channels: 4, imageSize: 5, batch: 3, depth: 3 };

  it.each(NORMALIZER_NAMES)("%s", async (normalizer) => {
    const groups = normalizer === "group" ? { groups: 2 } : {};
    for (const activation of ["relu", "gelu"] as const) {
      const overrides = { ...maps, ...groups, normalizer, activation, branchLayers: 2 };
      await expectAgreement(networkOf(resolveScheme("unnormalized"), overrides));
    }
  });

  it.each(["batchnorm", "skipinit", "nfnet", "post-ln"])("strides and projections, %s", async (name) => {
    const overrides = { convolutional: true, channels: 4, batch: 2, architecture: STAGES } as const;
    await expectAgreement(networkOf(resolveScheme(name), { ...overrides, activation: "relu" }));
  });

  it("orthogonal kernels, on given images", async () => {
    const network = networkOf(resolveScheme("batchnorm"), { ...maps, weights: "orthogonal" });
    const images = Float32Array.from({ length: 3 * 25 * 3 }, (_, j) => Math.sin(j * j));
    await expectAgreement(network, images);
  });
});
