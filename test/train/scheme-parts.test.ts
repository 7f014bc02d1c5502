import { mean, standardDeviation } from "simple-statistics";
import { beforeAll, describe, expect, it } from "vitest";
import { parseScale } from "../../src/analytic/expression.js";
import { resolveScheme } from "../../src/analytic/index.js";
import { plannedBlocks } from "../../src/network/plan/index.js";
import { fillNormal, openStream } from "../../src/random/index.js";
import { channelStatistics, startTensors, tf } from "../../src/tensor/index.js";
import { type DesignChoices, designNetwork, type Network, parseModel } from "../../src/train/index.js";
import { trainedScales } from "../../src/train/network/trained-scales.js";
import { designOf, networkOf, noise, stateOf } from "./networks.js";
import { IMAGES, layerscale, logitsOf, MODEL, SHAPE, SIDE } from "./scheme-networks.js";

beforeAll(() => startTensors("wasm"));

/** Means and variances by channel of a branch or of what enters a block, as the network has them in mode `measure`. */
function measured(network: Network, of: "skip" | "branch") {
  const found: { mean: Float32Array; variance: Float32Array }[] = [];
  tf.tidy(() => {
    network.forward({
      images: tf.tensor4d(noise(IMAGES, SIDE).images, [...SHAPE]),
      mode: "measure",
      onBlock: (paths) => found.push(channelStatistics(paths[of])),
    });
  });
  return found;
}

describe("positions of a normalisation", () => {
  const namesOf = (scheme: string, choices: DesignChoices) => {
    const network = networkOf(MODEL, scheme, 1, choices);
    const names = network.parameters.filter(({ kind }) => kind === "scale").map(({ name }) => name);
    network.dispose();
    return names.map((name) => name.replace(".gamma", ""));
  };
  it.each(["batchnorm", "layernorm"])("%s", (scheme) => {
    const blocks = ["block1", "block2", "block3"];
    const everywhere = [...blocks.flatMap((name) => [`${name}.activation1`, `${name}.activation2`]), "last"];
    expect(namesOf(scheme, {})).toEqual(everywhere);
    expect(namesOf(scheme, { normPosition: "each" })).toEqual(everywhere);
    const first = [...blocks.map((name) => `${name}.activation1`), "last"];
    expect(namesOf(scheme, { normPosition: "first" })).toEqual(first);
    expect(namesOf(scheme, { normPosition: "last" })).toEqual(blocks.map((name) => `${name}.branchNorm`));
    expect(namesOf(scheme, { normPosition: "merge" })).toEqual(blocks.map((name) => `${name}.mergeNorm`));
  });

  it.each([
    ["last", "branch", [0, 1, 2]],
    // What enters the second and third block is normalised; their skip paths, projections, are not. In wrn-16 block 2 has none.
    ["merge", "skip", [1]],
  ] as const)("%s leaves mean 0 and variance 1 to the %s", (normPosition, path, blocks) => {
    const network = networkOf(path === "skip" ? "wrn-16-0.25" : MODEL, "batchnorm", 1, { normPosition });
    const found = measured(network, path);
    for (const block of blocks) {
      const { mean: means, variance } = found[block];
      // 1e-5 is added to variances of no less than a hundredth.
      for (const value of variance) expect(Math.abs(value - 1)).toBeLessThan(1e-3);
      for (const value of means) expect(Math.abs(value)).toBeLessThan(1e-5);
    }
    network.dispose();
  });

  it("LayerNorm and GroupNorm keep each image to itself", () => {
    for (const scheme of ["layernorm", "groupnorm"]) {
      const network = networkOf(MODEL, scheme, 1, scheme === "groupnorm" ? { normGroups: 2 } : {});
      const other = noise(IMAGES, SIDE, 1);
      const [size, batch] = [SIDE * SIDE * 3, noise(IMAGES, SIDE)];
      other.images.set(batch.images.subarray(0, size));
      const first = (logits: Float32Array) => [...logits.slice(0, 10)];
      expect(first(logitsOf(network, { mode: "evaluate" }, other))).toEqual(
        first(logitsOf(network, { mode: "train" }, batch)),
      );
      network.dispose();
    }
  });
});

describe("Fixup", () => {
  const valuesOf = (network: Network, name: string) => [
    ...network.parameters.find((parameter) => parameter.name === name)!.variable.dataSync(),
  ];
  const withParts = (fixup: string) => networkOf(MODEL, "fixup", 1, { fixup });

  it("without a component is the unnormalised network without a learned α", () => {
    const [none, plain] = [withParts("none"), networkOf(MODEL, "unnormalized", 1, { alphaFixed: true })];
    expect(stateOf(none)).toEqual(stateOf(plain));
    expect(logitsOf(none, { mode: "train" })).toEqual(logitsOf(plain, { mode: "train" }));
    for (const network of [none, plain]) network.dispose();
  });

  it.each(["1", "2", "3", "4"])("component %s alone", (component) => {
    const [network, none] = [withParts(component), withParts("none")];
    const names = ({ parameters }: Network) => parameters.map(({ name }) => name);
    const added = names(network).filter((name) => !names(none).includes(name));
    const blocks = ["block1", "block2", "block3"];
    const biases = ["bias1a", "bias1b", "bias2a", "bias2b"];
    expect(added).toEqual(
      {
        "1": [],
        "2": [],
        "3": blocks.map((name) => `${name}.alpha`),
        "4": [
          ...blocks.flatMap((name) => biases.map((bias) => `${name}.${bias}`)),
          "head.bias1a",
          "head.bias1b",
        ],
      }[component],
    );
    for (const name of names(none)) {
      const isZero = component === "1" && /conv2$|classifier\.weights/.test(name);
      // d^{−1/(2m−2)} of three blocks of two layers.
      const factor = isZero ? 0 : component === "2" && /conv1$/.test(name) ? Math.sqrt(1 / 3) : 1;
      const own = valuesOf(network, name);
      valuesOf(none, name).forEach((value, index) => {
        expect(Math.abs(own[index] - factor * value)).toBeLessThanOrEqual(2 ** -23 * Math.abs(value));
      });
    }
    for (const one of [network, none]) one.dispose();
  });

  it("has all of them if none is named, and starts with equal logits", () => {
    const network = networkOf(MODEL, "fixup");
    expect(designOf(MODEL, "fixup").design.chosen.fixup).toEqual([1, 2, 3, 4]);
    expect(new Set(logitsOf(network, { mode: "train" }))).toEqual(new Set([0]));
    network.dispose();
  });
});

describe("NF-ResNet", () => {
  it("divides by the expected deviations of the publication's ResNet-50", () => {
    const architecture = parseModel("resnet-50-v2");
    const { plan } = designNetwork({ architecture, scheme: resolveScheme("nfnet") });
    const blocks = Array.from(plannedBlocks(plan), (at) => trainedScales(plan, at));
    const published = [
      [1, 0.9806, 0.9623],
      [0.9449, 0.9806, 0.9623, 0.9449],
      [0.9285, 0.9806, 0.9623, 0.9449, 0.9285, 0.9129],
      [0.898, 0.9806, 0.9623],
    ].flat();
    expect(blocks.map(({ deviation }) => Number((1 / deviation).toFixed(4)))).toEqual(published);
    expect(new Set(blocks.map(({ branch }) => branch))).toEqual(new Set([0.2]));
  });

  it("a branch has the variance of its input's expected one", () => {
    const found = Array.from({ length: 12 }, (_, seed) => {
      const network = networkOf("wrn-16-1", "nfnet", seed);
      // Block 2 divides by √1.04; away from the border nothing is lost to zero padding.
      const values = new Float32Array(16 * 9 * 9 * 16);
      fillNormal(values, openStream({ seed, purpose: "test" }), Math.sqrt(1.04));
      let variance = Number.NaN;
      tf.tidy(() => {
        const x = tf.tensor4d(values, [16, 9, 9, 16]);
        network.pieces[2].apply(x, { mode: "measure" }, ({ branch }) => {
          variance = mean([...channelStatistics(tf.slice(branch, [0, 2, 2, 0], [16, 5, 5, 16])).variance]);
        });
      });
      network.dispose();
      return variance;
    });
    const se = standardDeviation(found) / Math.sqrt(11);
    expect(se).toBeLessThan(0.03);
    expect(Math.abs(mean(found) - 1)).toBeLessThan(4 * se);
  });

  it("a constant input of a block changes neither branch nor projection: its weights have mean 0", () => {
    const network = networkOf("wrn-10-1", "nfnet");
    const block = network.pieces[2];
    // Away from the border, where zero padding meets the constant.
    tf.tidy(() => {
      const y = block.apply(tf.fill([1, 12, 12, 16], 3), { mode: "measure" }) as tf.Tensor4D;
      const inner = tf.slice(y, [0, 2, 2, 0], [1, 2, 2, 32]).dataSync();
      expect(Math.max(...inner.map(Math.abs))).toBeLessThan(1e-5);
    });
    network.dispose();
  });
});

describe("LayerScale", () => {
  it("starts as a branch of scale ε, with a factor for each channel; fixed, with none", () => {
    const [learned, fixed, constant] = [
      networkOf(MODEL, layerscale),
      networkOf(MODEL, layerscale, 1, { alphaFixed: true }),
      networkOf(MODEL, resolveScheme("skipinit", parseScale("0.5")), 1, { alphaFixed: true }),
    ];
    const factors = learned.parameters.filter(({ kind }) => kind === "alpha");
    expect(factors.map(({ name, variable }) => [name, ...variable.shape])).toEqual([
      ["block1.alpha", 4],
      ["block2.alpha", 8],
      ["block3.alpha", 16],
    ]);
    const pass = { mode: "train" } as const;
    expect(logitsOf(learned, pass)).toEqual(logitsOf(fixed, pass));
    expect(logitsOf(fixed, pass)).toEqual(logitsOf(constant, pass));
    for (const network of [learned, fixed, constant]) network.dispose();
  });
});
