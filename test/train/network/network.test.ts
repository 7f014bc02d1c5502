import { errorFunction, mean } from "simple-statistics";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAlpha } from "../../../src/analytic/expression.js";
import { resolveScheme } from "../../../src/analytic/index.js";
import { openStream } from "../../../src/random/index.js";
import { startTensors, tf } from "../../../src/tensor/index.js";
import { measureProfile, type Network, Optimizer, planRecipe } from "../../../src/train/index.js";
import { expectFiniteDifferences } from "../finite-differences.js";
import { expectToLearnByHeart, networkOf } from "../networks.js";

beforeAll(() => startTensors("wasm"));

const SHAPE = [6, 8, 8, 3] as const;
const labels = [3, 1, 4, 1, 5, 9];

function batchOf(seed: number) {
  const stream = openStream({ seed, purpose: "test" });
  const size = SHAPE.reduce((product, n) => product * n, 1);
  const images = Float32Array.from({ length: size }, () => 3 * stream.nextUniform() - 1.5);
  return { images, shape: SHAPE, labels };
}

const schemes = {
  batchnorm: () => resolveScheme("batchnorm"),
  skipinit: () => resolveScheme("skipinit"),
  "skipinit 0": () => resolveScheme("skipinit", parseAlpha("0")),
  rezero: () => resolveScheme("rezero"),
  unnormalized: () => resolveScheme("unnormalized"),
  sqrt2: () => resolveScheme("sqrt2"),
};
const names = Object.keys(schemes) as (keyof typeof schemes)[];

const create = (name: keyof typeof schemes, model = "wrn-10-0.25", seed = 1) =>
  networkOf(model, schemes[name](), seed);

describe("the gradient of a whole network", () => {
  // Not at α = 0: where a pixel's activations are all 0, so is its whole skip path, and the loss has a kink right there.
  const smooth = (["batchnorm", "skipinit", "unnormalized", "sqrt2"] as const).map((name) => [name]);
  it.each(smooth)("%s: agrees with finite differences along every parameter's gradient", (name) => {
    const network = create(name);
    expectFiniteDifferences(network, { shape: SHAPE, labels, batchOf, pass: { mode: "measure" } });
    network.dispose();
  });

  it("at α = 0 only the scalars of the branches have one", () => {
    const network = create("rezero");
    const before = network.parameters.map(({ variable }) => Float32Array.from(variable.dataSync()));
    new Optimizer(network, { l2: 0 }).step(batchOf(5), 0.1);
    network.parameters.forEach(({ name, variable }, index) => {
      const isInBranch = /conv\d$/.test(name);
      const hasMoved = variable.dataSync().some((value, i) => value !== before[index][i]);
      expect(hasMoved, name).toBe(!isInBranch);
    });
    network.dispose();
  });
});

describe("a training step", () => {
  it.each(names)("%s: leaves no tensor behind, and learns a batch by heart", (name) => {
    const network = create(name, "wrn-10-0.5");
    expectToLearnByHeart(network, batchOf(7));
    network.dispose();
  });

  it("leaves no tensor behind when it fails", () => {
    const network = create("batchnorm");
    const optimizer = new Optimizer(network);
    const tensors = tf.memory().numTensors;
    expect(() => optimizer.step({ ...batchOf(5), labels: [0, 1, 2, 3, 4, 10] }, 0.1)).toThrow(
      "labels must be",
    );
    expect(tf.memory().numTensors).toBe(tensors);
    network.dispose();
    expect(tf.memory().numTensors).toBe(tensors - network.parameters.length);
  });

  it("changes no weight when the loss is not finite", () => {
    const network = create("skipinit");
    const before = network.parameters.map(({ variable }) => [...variable.dataSync()]);
    const batch = batchOf(5);
    batch.images[10] = Number.NaN;
    expect(new Optimizer(network).step(batch, 0.1).loss).toBeNaN();
    expect(network.parameters.map(({ variable }) => [...variable.dataSync()])).toEqual(before);
    network.dispose();
  });
});

/** A normal number is further from 0 with the probability TAIL, some 6e-7. */
const Z = 5;
const TAIL = 5.7e-7;

/** Where the sum of n squared normal numbers lies but for that probability (Wilson & Hilferty 1931). */
function chiSquaredRange(n: number): [number, number] {
  const at = (z: number) => n * (1 - 2 / (9 * n) + z * Math.sqrt(2 / (9 * n))) ** 3;
  return [at(-Z), at(Z)];
}

describe("initial weights", () => {
  it("are He's: normal, with mean 0 and variance 2/fan-in", () => {
    const network = create("skipinit", "wrn-16-1");
    const layers = network.parameters.filter(({ name }) => /conv|stem|projection/.test(name));
    const all: number[] = [];
    for (const { name, variable } of layers) {
      const fanIn = variable.shape.slice(0, 3).reduce((product, n) => product * n, 1);
      const standardized = Array.from(variable.dataSync(), (w) => w / Math.sqrt(2 / fanIn));
      const squares = standardized.reduce((sum, z) => sum + z * z, 0);
      const [least, most] = chiSquaredRange(standardized.length);
      expect(squares, name).toBeGreaterThan(least);
      expect(squares, name).toBeLessThan(most);
      expect(Math.abs(mean(standardized)), name).toBeLessThan(Z / Math.sqrt(standardized.length));
      all.push(...standardized);
    }
    // Of n normal numbers the fourth moment is 3 ± √(96/n). A truncated normal of this variance would have less.
    const fourth = mean(all.map((z) => z ** 4));
    expect(Math.abs(fourth - 3)).toBeLessThan(Z * Math.sqrt(96 / all.length));
    // Kolmogorov and Smirnov's distance exceeds it with the same probability as a normal number ±Z.
    const sorted = all.sort((a, b) => a - b);
    const distances = sorted.map((z, i) =>
      Math.abs((1 + errorFunction(z / Math.SQRT2)) / 2 - (i + 0.5) / all.length),
    );
    expect(Math.max(...distances.filter((_, i) => i % 7 === 0))).toBeLessThan(
      Math.sqrt(-Math.log(TAIL / 2) / 2 / all.length),
    );
    network.dispose();
  });

  it("depend on the seed alone: two schemes start from the same convolutions", () => {
    const [a, b, c] = [create("skipinit"), create("batchnorm"), create("skipinit", "wrn-10-0.25", 2)];
    const weights = (network: Network) => [
      ...network.parameters.find(({ name }) => name === "block2.conv1")!.variable.dataSync(),
    ];
    expect(weights(a)).toEqual(weights(b));
    expect(weights(a)).not.toEqual(weights(c));
    for (const network of [a, b, c]) network.dispose();
  });

  it("decay on weights only, unless asked for otherwise", () => {
    const network = create("batchnorm");
    const { l2On } = planRecipe({});
    const decaying = network.parameters.filter(({ kind }) => l2On.includes(kind)).map(({ name }) => name);
    expect(decaying.every((name) => /stem|conv|projection|classifier\.weights/.test(name))).toBe(true);
    // The stem, two convolutions in each of three blocks, two projections, the classifier.
    expect(decaying).toHaveLength(1 + 6 + 2 + 1);
    network.dispose();
  });
});

describe("measureProfile", () => {
  it("scales the branch's variance by α² and the skip's by its factor", () => {
    const profileOf = (name: keyof typeof schemes) => {
      const network = create(name);
      const profile = measureProfile({ network, ...batchOf(5) });
      network.dispose();
      return profile;
    };
    const [plain, halved, zero, skipinit] = (
      ["unnormalized", "sqrt2", "skipinit 0", "skipinit"] as const
    ).map(profileOf);
    // Block 1 sees the same input in all of them.
    expect(halved[0].branch / plain[0].branch).toBeCloseTo(0.5, 5);
    expect(halved[0].skip / plain[0].skip).toBeCloseTo(0.5, 5);
    expect(skipinit[0].branch / plain[0].branch).toBeCloseTo(1 / 3, 5);
    expect(skipinit[0].skip).toBe(plain[0].skip);
    expect(zero.map(({ branch }) => branch)).toEqual([0, 0, 0]);
    expect(plain.map(({ block, stage, transition, alpha }) => [block, stage, transition, alpha])).toEqual([
      [1, 1, false, 1],
      [2, 2, true, 1],
      [3, 3, true, 1],
    ]);
    expect(halved[0].alpha).toBeUndefined();
  });

  it("agrees with the variance worked out from the tensors themselves", () => {
    const network = create("batchnorm");
    const expected: number[] = [];
    const { images } = batchOf(5);
    tf.tidy(() => {
      network.forward({
        images: tf.tensor4d(images, [...SHAPE]),
        mode: "measure",
        onBlock: ({ branch }) => {
          const values = [...branch.dataSync()];
          const channels = branch.shape[3];
          const count = values.length / channels;
          let total = 0;
          for (let c = 0; c < channels; c++) {
            const column = values.filter((_, i) => i % channels === c);
            const mean = column.reduce((sum, v) => sum + v, 0) / count;
            total += column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / count / channels;
          }
          expected.push(total);
        },
      });
    });
    const found = measureProfile({ network, ...batchOf(5) }).map(({ branch }) => branch);
    found.forEach((value, i) => {
      expect(value / expected[i]).toBeCloseTo(1, 4);
    });
    network.dispose();
  });

  it("does not move the averages", () => {
    const network = create("batchnorm");
    const logits = () =>
      tf.tidy(() => [
        ...network
          .forward({ images: tf.tensor4d(batchOf(9).images, [...SHAPE]), mode: "evaluate" })
          .dataSync(),
      ]);
    const before = logits();
    measureProfile({ network, ...batchOf(5) });
    expect(logits()).toEqual(before);
    new Optimizer(network).step(batchOf(5), 1e-9);
    expect(logits()).not.toEqual(before);
    network.dispose();
  });
});
