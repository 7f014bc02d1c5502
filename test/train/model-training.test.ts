import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import { lossAndGradients, softmaxCrossEntropy, startTensors, tf } from "../../src/tensor/index.js";
import {
  createNetwork,
  designNetwork,
  type Network,
  Optimizer,
  parseModel,
  planTraining,
  type StackDescription,
  Team,
} from "../../src/train/index.js";
import { gradientsInSegments } from "../../src/train/step/recomputation.js";
import { expectFiniteDifferences } from "./finite-differences.js";
import { expectToLearnByHeart, noise, stateOf } from "./networks.js";

beforeAll(() => startTensors("wasm"));

const SIDE = 8;
const labels = [3, 1, 4, 1, 5, 9];

/** ResNet-50 in small: its stem with pooling, and bottlenecks in two stages. */
const BOTTLENECKS: StackDescription = {
  name: "bottlenecks",
  stem: { width: 6, kernel: 7, stride: 1, pooling: 2 },
  stages: [
    { blocks: 2, width: 12, layers: [{ kernel: 1, width: 4 }, { width: 4 }, { kernel: 1 }] },
    { blocks: 1, width: 16, stride: 2, layers: [{ kernel: 1, width: 4 }, { width: 4 }, { kernel: 1 }] },
  ],
};

const MODELS = { "fc-4-12": "fc-4-12", "fc-3-8-2": "fc-3-8-2", bottlenecks: BOTTLENECKS } as const;
const names = Object.keys(MODELS) as (keyof typeof MODELS)[];

interface Choices {
  readonly scheme?: string;
  readonly activation?: "linear" | "relu";
}

function create(name: keyof typeof MODELS, { scheme = "batchnorm", activation }: Choices = {}): Network {
  const architecture = parseModel(MODELS[name], { activation });
  const design = designNetwork({ architecture, scheme: resolveScheme(scheme), imageSize: SIDE });
  return createNetwork({ design, seed: 1 });
}

describe("the gradient of other models", () => {
  // Not linear behind BatchNorm, which takes off again what a shift in front of it adds: its gradient is 0 but for rounding.
  const choices = [
    { scheme: "batchnorm", activation: "relu" },
    { scheme: "skipinit", activation: "relu" },
    { scheme: "skipinit", activation: "linear" },
  ] as const;
  it.each(names.flatMap((name) => choices.map((choice) => ({ name, ...choice }))))(
    "$name, $scheme, $activation: agrees with finite differences",
    ({ name, scheme, activation }) => {
      const network = create(name, { scheme, activation });
      expectFiniteDifferences(network, {
        shape: [labels.length, SIDE, SIDE, 3],
        labels,
        batchOf: (seed) => noise(labels.length, SIDE, seed),
        pass: { mode: "measure" },
      });
      network.dispose();
    },
  );
});

describe("other models in training", () => {
  it.each(names)("%s: leaves no tensor behind, and learns a batch by heart", (name) => {
    const network = create(name);
    expectToLearnByHeart(network, noise(6, SIDE));
    network.dispose();
  });

  it.each(names)("%s: recomputation changes no bit", (name) => {
    const network = create(name);
    const { images, shape } = noise(6, SIDE);
    const gradients = (segment?: number) =>
      tf.tidy(() => {
        const found = gradientsInSegments({
          network,
          images: tf.tensor4d(images, [...shape]),
          lossOf: (logits) => softmaxCrossEntropy({ logits, labels }).loss,
          segment,
        });
        return found.gradients.map((gradient) => Float32Array.from(gradient.dataSync())) as never;
      }) as unknown as Float32Array[];
    const kept = gradients();
    expect(kept.some((gradient) => gradient.some((value) => value !== 0))).toBe(true);
    expect(gradients(1)).toEqual(kept);
    expect(gradients(2)).toEqual(kept);
    network.dispose();
  });

  it.each(names)("%s: two threads give what one does", async (name) => {
    const settings = {
      model: MODELS[name],
      scheme: "batchnorm",
      batch: 12,
      ghostBatch: 6,
      steps: 2,
      imageSize: SIDE,
      learningRate: 0.1,
      seed: 1,
    };
    const alone = create(name);
    const optimizer = new Optimizer(alone, { ghostBatch: 6 });
    const shared = create(name);
    const plan = planTraining({ ...settings, workers: 2 });
    const team = await Team.start({ network: shared, plan, classes: 10, backend: "wasm" });
    for (let step = 0; step < 2; step++) {
      const one = optimizer.step(noise(12, SIDE, step), 0.1);
      expect((await team.step(noise(12, SIDE, step), 0.1)).loss).toBe(one.loss);
    }
    expect(stateOf(shared)).toEqual(stateOf(alone));
    await team.close();
    for (const network of [alone, shared]) network.dispose();
  });

  it("a linear network without normalisation is one affine map of its images", () => {
    const network = create("fc-4-12", { scheme: "skipinit", activation: "linear" });
    const logitsOf = (factor: number) =>
      tf.tidy(() => {
        const { images, shape } = noise(3, SIDE);
        const scaled = tf.tensor4d(images, [...shape]).mul(factor) as tf.Tensor4D;
        return [...network.forward({ images: scaled, mode: "evaluate" }).dataSync()] as never;
      }) as unknown as number[];
    const [once, thrice] = [logitsOf(1), logitsOf(3)];
    const largest = Math.max(...thrice.map(Math.abs));
    // The biases are 0 at the start; sums of 192 numbers through six layers.
    once.forEach((value, at) => {
      expect(Math.abs(3 * value - thrice[at])).toBeLessThan(1e-5 * largest);
    });
    network.dispose();
  });

  it("pooling passes on the stem's gradient", () => {
    const network = create("bottlenecks");
    const stem = network.parameters[0].variable;
    const { images, shape } = noise(6, SIDE);
    const x = tf.tensor4d(images, [...shape]);
    const { gradients, loss } = lossAndGradients(() => {
      const logits = network.forward({ images: x, mode: "measure" });
      return softmaxCrossEntropy({ logits, labels }).loss;
    }, [stem]);
    expect(gradients[0].dataSync().every((value) => value !== 0)).toBe(true);
    tf.dispose([x, loss, ...gradients]);
    network.dispose();
  });
});
