import { mean, standardDeviation } from "simple-statistics";
import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme } from "../../../src/analytic/index.js";
import { fillNormal } from "../../../src/random/normal.js";
import { openStream } from "../../../src/random/stream.js";
import { lossAndGradients, softmaxCrossEntropy, startTensors, tf } from "../../../src/tensor/index.js";
import {
  createNetwork,
  designNetwork,
  type LabelledBatch,
  measureProfile,
  type Network,
  Optimizer,
  parseModel,
  probeNetwork,
} from "../../../src/train/index.js";
import { normalization } from "../../../src/train/network/layers/index.js";
import { carryComponents, splitOutput } from "../../../src/train/probe/probe-components.js";
import { lawOfShares } from "../../../src/train/probe/probe-laws.js";
import { sharesByMask } from "../masked-paths.js";
import { networkOf, noise, stateOf } from "../networks.js";

beforeAll(() => startTensors("wasm"));

/** Moves every parameter by noise, so that scales differ, some are negative, and shifts and biases are not 0. */
function shake(network: Network, size: number): void {
  for (const { name, variable } of network.parameters) {
    const values = Float32Array.from(variable.dataSync());
    const moves = new Float32Array(values.length);
    fillNormal(moves, openStream({ seed: 4, purpose: `shake ${name}` }), size);
    const moved = tf.tensor(
      values.map((value, i) => value + moves[i]),
      variable.shape,
    );
    variable.assign(moved);
    moved.dispose();
  }
}

/** Of the images, and 1e-7 of it is what float32 loses. */
const GROWTH = 1e-4;

function withImages<Found>(batch: LabelledBatch, call: (images: tf.Tensor4D) => Found): Found {
  const images = tf.tensor4d(batch.images, [...batch.shape]);
  const found = call(images);
  images.dispose();
  return found;
}

const split = (network: Network, batch: LabelledBatch = noise(6, 8), most = 64) =>
  withImages(batch, (images) => splitOutput({ network, images, most }));

const sharesOf = (network: Network, batch: LabelledBatch = noise(6, 8), most = 64) =>
  withImages(batch, (images) => carryComponents({ network, images, most }));

const designs = [
  ["batchnorm", {}],
  ["batchnorm", { normPosition: "first" }],
  ["batchnorm", { normPosition: "last" }],
  ["batchnorm", { normPosition: "merge" }],
  ["layernorm", {}],
  ["groupnorm", { normGroups: 2 }],
  ["groupnorm", { normGroups: 2, normPosition: "merge" }],
  ["skipinit", { convBiases: true }],
  ["sqrt2", {}],
  ["fixup", { fixup: [2, 3, 4] }],
  ["nfnet", {}],
  ["layerscale", {}],
  ["stochastic-depth", {}],
] as const;

describe("carryComponents", () => {
  it.each(designs)("%s %o: the components add up to the output at the start", (scheme, choices) => {
    const network = networkOf("wrn-10-0.5", scheme, 1, choices);
    const { components, output } = split(network);
    const sum = tf.tidy(() => tf.addN(components).dataSync());
    const whole = output.dataSync();
    const size = Math.sqrt(mean([...whole].map((value) => value ** 2)));
    // Some 20 additions and multiplications one after the other, of numbers a few times as large.
    const limit = 20 * 10 * 2 ** -24 * size;
    whole.forEach((value, i) => {
      expect(Math.abs(sum[i] - value)).toBeLessThan(limit);
    });
    tf.dispose([...components, output]);
    network.dispose();
  });

  it.each([
    ["skipinit", { convBiases: true }],
    ["fixup", { fixup: [2, 3, 4] }],
    ["nfnet", {}],
    ["layerscale", {}],
  ] as const)("%s %o: carries what follows the input, once biases have moved", (scheme, choices) => {
    // Without statistics the network is affine between two kinks: what grows with the images by a small factor is the signal.
    const network = networkOf("wrn-10-0.5", scheme, 1, choices);
    shake(network, 0.05);
    const { components, output } = split(network);
    const { output: larger } = split(network, scaledBatch(1 + GROWTH));
    const signal = tf.tidy(() => tf.addN(components).dataSync());
    const change = tf.tidy(() => tf.sub(larger, output).dataSync());
    const errors = [...change].map((value, i) => value / GROWTH - signal[i]);
    // float32 rounds the output, of which the change is a small part, and a few gates move.
    expect(rootMeanSquare(errors)).toBeLessThan(0.01 * rootMeanSquare([...signal]));
    const constant = [...output.dataSync()].map((value, i) => value - signal[i]);
    const hasBiases = network.parameters.some(
      ({ name, kind }) => kind === "bias" && !/classifier/.test(name),
    );
    if (hasBiases) expect(rootMeanSquare(constant)).toBeGreaterThan(0.1 * rootMeanSquare([...signal]));
    tf.dispose([...components, output, larger]);
    network.dispose();
  });

  it.each(["batchnorm", "skipinit", "unnormalized"])(
    "%s: has the shares of all 2³ masks, constants included",
    (scheme) => {
      const network = networkOf("wrn-10-0.25", scheme);
      shake(network, 0.3);
      const batch = noise(6, 8);
      const { shares, constantShare } = sharesByMask(network, batch);
      const carried = sharesOf(network, batch);
      const total = carried.reduce((sum, share) => sum + share, 0);
      if (scheme === "batchnorm") expect(Math.abs(constantShare)).toBeGreaterThan(0.01);
      expect(1 - total).toBeCloseTo(constantShare, 4);
      expect(carried).toHaveLength(4);
      carried.forEach((share, k) => {
        expect(share, `share of ${k} branches`).toBeCloseTo(shares[k], 4);
      });
      network.dispose();
    },
  );

  it("lumps the longest paths without losing any", () => {
    const network = networkOf("wrn-16-0.25", "batchnorm");
    const [all, few] = [sharesOf(network), sharesOf(network, noise(6, 8), 2)];
    expect(few).toHaveLength(3);
    expect(few[0]).toBeCloseTo(all[0], 5);
    expect(few[1]).toBeCloseTo(all[1], 5);
    expect(few[2]).toBeCloseTo(
      all.slice(2).reduce((sum, share) => sum + share, 0),
      5,
    );
    expect(lawOfShares(few, 2)).toMatchObject({ lumpedFrom: 2, quantile97: 2 });
    expect(lawOfShares(all, 64)).not.toHaveProperty("lumpedFrom");
    network.dispose();
  });

  // Dense layers: on maps the sites at the border have shares of their own. Linear branches where nothing takes the batch mean
  // out: with ReLU a variance and a covariance over the batch are not split alike.
  it.each([
    ["batchnorm", "relu"],
    ["skipinit", "linear"],
  ] as const)(
    "%s with %s branches: agrees with the law of the profile at the start",
    (scheme, activation) => {
      const [width, depth] = [96, 6];
      const architecture = parseModel(`fc-${depth}-${width}`, { activation });
      const design = designNetwork({ architecture, scheme: resolveScheme(scheme), imageSize: 8 });
      const differences = Array.from({ length: 32 }, (_, seed) => {
        const network = createNetwork({ design, seed });
        const { carried, fromProfile } = probeNetwork({ network, batch: noise(48, 8, seed) });
        network.dispose();
        return carried!.mean - fromProfile!.mean;
      });
      const se = standardDeviation(differences) / Math.sqrt(differences.length - 1);
      // Of finite width: −8/width for 100 blocks (docs/statistics.md).
      const bias = ((8 / width) * depth) / 100;
      expect(Math.abs(mean(differences))).toBeLessThan(4 * se + bias);
      expect(se).toBeLessThan(0.01);
    },
  );
});

describe("a frozen normalisation", () => {
  it.each([
    ["batch", 1, true],
    ["batch", 1, false],
    ["layer", 1, true],
    ["group", 2, true],
    ["group", 4, false],
  ] as const)("%s (%i, ReLU %s): carries all but the shift", (normalizer, groups, rectifies) => {
    const layer = normalization({
      name: "n",
      channels: 8,
      normalization: { normalizer, groups },
      rectifies,
    })!;
    const [gamma, beta] = layer.parameters.map(({ variable }) => variable);
    gamma.assign(tf.tensor1d([1, -2, 0.5, 0, 3, -1, 1, 2]));
    beta.assign(tf.tensor1d([0.3, -0.5, 0, 1, -1, 0.2, 0.7, -0.1]));
    tf.tidy(() => {
      const values = new Float32Array(3 * 5 * 5 * 8);
      fillNormal(values, openStream({ seed: 1, purpose: "test" }), 2);
      const x = tf.tensor4d(
        values.map((value) => value + 1),
        [3, 5, 5, 8],
      );
      const part: tf.Tensor4D = tf.mul(x, tf.cos(x));
      const pass = { mode: "measure" } as const;
      const { output, carry } = layer.freeze(x, pass);
      expect(output.dataSync()).toEqual(layer.apply(x, pass).dataSync());
      const gates = rectifies ? tf.cast(tf.greater(output, 0), "float32") : tf.onesLike(output);
      const constant = tf.sub(output, carry(x));
      expectClose(constant, tf.mul(gates, beta), 1e-5);
      expectClose(carry(x), tf.add(carry(part), carry(tf.sub(x, part))), 1e-5);
    });
    for (const { variable } of layer.parameters) variable.dispose();
  });
});

describe("probeNetwork", () => {
  it("measures the profile as measureProfile does, and the squared means, α and moving averages besides", () => {
    const network = networkOf("wrn-10-0.5", "batchnorm");
    const batch = noise(12, 8);
    const optimizer = new Optimizer(network);
    for (let step = 0; step < 3; step++) optimizer.step(batch, 0.1);
    const { blocks, fromProfile } = probeNetwork({ network, batch });
    const profile = measureProfile({ network, ...batch });
    profile.forEach(({ skip, branch }, index) => {
      expect(blocks[index].skip! / skip).toBeCloseTo(1, 5);
      expect(blocks[index].branch! / branch).toBeCloseTo(1, 5);
      const { moving } = network.statistics[2 * index];
      expect(blocks[index].movingVariance).toBeCloseTo(mean([...moving.variance]), 4);
      expect(blocks[index].movingMeanSquared).toBeCloseTo(
        mean([...moving.mean].map((value) => value ** 2)),
        4,
      );
      expect(blocks[index]).not.toHaveProperty("alpha");
    });
    const q = profile.map(({ skip, branch }) => branch / (skip + branch));
    expect(fromProfile!.mean).toBeCloseTo(
      q.reduce((sum, value) => sum + value, 0),
      5,
    );
    // A plain mean of the first block's paths, from the tensors themselves.
    tf.tidy(() => {
      network.forward({
        images: tf.tensor4d(batch.images, [...batch.shape]),
        mode: "measure",
        onBlock: ({ at: { block }, branch }) => {
          const means = tf.mean(branch, [0, 1, 2]).dataSync();
          const expected = mean([...means].map((value) => value ** 2));
          expect(blocks[block - 1].branchMeanSquared! / expected).toBeCloseTo(1, 3);
        },
      });
    });
    network.dispose();
  });

  it("gives a learned factor, or the root mean square of those by channel", () => {
    const [scalar, channels] = [networkOf("wrn-10-0.5", "skipinit"), networkOf("wrn-10-0.5", "layerscale")];
    for (const network of [scalar, channels]) shake(network, 0.2);
    const alphas = (network: Network) =>
      probeNetwork({ network, batch: noise(6, 8) }).blocks.map(({ alpha }) => alpha);
    const values = (network: Network) =>
      network.parameters
        .filter(({ kind }) => kind === "alpha")
        .map(({ variable }) => [...variable.dataSync()]);
    for (const [i, [value]] of values(scalar).entries()) expect(alphas(scalar)[i]).toBeCloseTo(value, 5);
    for (const [i, all] of values(channels).entries()) {
      expect(alphas(channels)[i]).toBeCloseTo(rootMeanSquare(all), 5);
    }
    for (const network of [scalar, channels]) network.dispose();
  });

  it("has the norms of the gradients of the loss, with and without recomputation", () => {
    const network = networkOf("wrn-10-0.5", "batchnorm");
    const batch = noise(10, 8);
    const images = tf.tensor4d(batch.images, [...batch.shape]);
    const { loss, gradients } = lossAndGradients(
      () =>
        softmaxCrossEntropy({ logits: network.forward({ images, mode: "measure" }), labels: batch.labels })
          .loss,
      network.parameters.map(({ variable }) => variable),
    );
    const normOf = (prefix: string) => {
      const own = gradients.filter((_, index) => network.parameters[index].name.startsWith(prefix));
      return Math.hypot(...own.flatMap((gradient) => [...gradient.dataSync()]));
    };
    for (const segment of [undefined, 1]) {
      const probe = probeNetwork({ network, batch, segment });
      expect(probe.loss).toBeCloseTo(loss.dataSync()[0], 5);
      expect(probe.stemGradientNorm! / normOf("stem")).toBeCloseTo(1, 5);
      expect(probe.headGradientNorm! / Math.hypot(normOf("last"), normOf("classifier"))).toBeCloseTo(1, 5);
      probe.blocks.forEach(({ block, gradientNorm }) => {
        expect(gradientNorm! / normOf(`block${block}.`)).toBeCloseTo(1, 5);
      });
    }
    tf.dispose([images, loss, ...gradients]);
    network.dispose();
  });

  it.each(["batchnorm", "stochastic-depth", "layerscale"])(
    "%s: changes nothing, and leaves no tensor",
    (scheme) => {
      const network = networkOf("wrn-10-0.5", scheme);
      new Optimizer(network).step(noise(6, 8), 0.1);
      const [before, tensors] = [stateOf(network), tf.memory().numTensors];
      const first = probeNetwork({ network, batch: noise(6, 8) });
      expect(probeNetwork({ network, batch: noise(6, 8) })).toEqual(first);
      expect(stateOf(network)).toEqual(before);
      expect(tf.memory().numTensors).toBe(tensors);
      network.dispose();
    },
  );

  it("has nulls for what is not finite", () => {
    const network = networkOf("wrn-10-0.5", "unnormalized");
    shake(network, 1e18);
    const probe = probeNetwork({ network, batch: noise(6, 8) });
    expect(probe).toMatchObject({ loss: null, fromProfile: null, carried: null });
    expect(JSON.parse(JSON.stringify(probe))).toEqual(probe);
    expect(probe.blocks.at(-1)).toMatchObject({ skip: null, branch: null, gradientNorm: null });
    network.dispose();
  });
});

function scaledBatch(factor: number) {
  const batch = noise(6, 8);
  return { ...batch, images: batch.images.map((value) => factor * value) };
}

function expectClose(found: tf.Tensor, expected: tf.Tensor, limit: number): void {
  expect(tf.max(tf.abs(tf.sub(found, expected))).dataSync()[0]).toBeLessThan(limit);
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => value ** 2)));
}
