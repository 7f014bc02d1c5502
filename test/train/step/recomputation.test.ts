import { beforeAll, describe, expect, it } from "vitest";
import { softmaxCrossEntropy, startTensors, tf } from "../../../src/tensor/index.js";
import { LARGEST_HEAP, Optimizer, trainingBytes } from "../../../src/train/index.js";
import { planRecomputation } from "../../../src/train/network/memory.js";
import { gradientsInSegments } from "../../../src/train/step/recomputation.js";
import { designOf, networkOf, noise, stateOf } from "../networks.js";

beforeAll(() => startTensors("wasm"));

/** Six blocks, two of them transitions. */
const MODEL = "wrn-16-0.25";
const SIDE = 8;

describe("recomputation in segments", () => {
  it.each([
    ["batchnorm", {}],
    ["skipinit", {}],
    ["sqrt2", {}],
    ["nfnet", { convBiases: true }],
    ["stochastic-depth", { dropout: 0.5, normPosition: "last" }],
  ] as const)(
    "%s %j: loss, gradients and batch statistics are equal bit for bit for any length",
    (scheme, choices) => {
      const network = networkOf(MODEL, scheme, 1, choices);
      const { images: pixels, shape, labels } = noise(6, SIDE);
      const images = tf.tensor4d(pixels, [...shape]);
      const tensors = tf.memory().numTensors;
      const found = [undefined, 1, 2, 4, 5, 6, 100].map((segment) => {
        const { loss, gradients } = gradientsInSegments({
          network,
          images,
          lossOf: (logits) => softmaxCrossEntropy({ logits, labels }).loss,
          segment,
          draw: { step: 6, ghost: 0 },
        });
        const values = [loss, ...gradients].map((tensor) => Float32Array.from(tensor.dataSync()));
        tf.dispose([loss, ...gradients]);
        expect(tf.memory().numTensors, `segments of ${segment}`).toBe(tensors);
        return { values, statistics: network.statistics.map(({ latest }) => latest) };
      });
      expect(found[0].values).toHaveLength(1 + network.parameters.length);
      for (const other of found.slice(1)) expect(other).toEqual(found[0]);
      images.dispose();
      network.dispose();
    },
  );

  it("steps are the same, with the averages moved once", () => {
    const states = [undefined, 2].map((segment) => {
      const network = networkOf(MODEL, "batchnorm");
      const optimizer = new Optimizer(network, { segment });
      const results = [0, 1, 2].map((seed) => optimizer.step(noise(6, SIDE, seed), 0.1));
      const state = stateOf(network);
      network.dispose();
      return { results, state };
    });
    expect(states[1]).toEqual(states[0]);
    expect(states[0].state.averages[0].mean[0]).not.toBe(0);
  });

  it("leaves no tensor behind when it fails", () => {
    const network = networkOf(MODEL, "batchnorm");
    const { images: pixels, shape } = noise(6, SIDE);
    const images = tf.tensor4d(pixels, [...shape]);
    const tensors = tf.memory().numTensors;
    const fail = () => {
      throw new Error("no loss");
    };
    expect(() => gradientsInSegments({ network, images, lossOf: fail, segment: 2 })).toThrow("no loss");
    expect(tf.memory().numTensors).toBe(tensors);
    images.dispose();
    network.dispose();
  });
});

describe("planRecomputation", () => {
  const stepOf = (model: string) => ({ model, plan: designOf(model, "batchnorm").design.plan, batch: 64 });
  const deep = stepOf("wrn-1000-2");

  it("recomputes nothing where everything fits, and by itself where it does not", () => {
    const shallow = stepOf("wrn-16-2");
    expect(planRecomputation(shallow)).toBeUndefined();
    expect(planRecomputation({ ...shallow, recompute: 3 })).toBe(3);
    expect(planRecomputation({ ...deep, recompute: "auto" })).toBeGreaterThan(0);
    expect(() => planRecomputation({ ...deep, recompute: "none" })).toThrow(/use `recompute` auto or/);
    expect(() => planRecomputation({ ...deep, batch: 512 })).toThrow(/use a `ghostBatch` of at most \d+$/);
  });

  it("takes the length that needs the least memory: for wrn-1000-2 with batch 64 less than 2 GiB", () => {
    const segment = planRecomputation(deep)!;
    const bytes = (length: number) => trainingBytes({ ...deep, segment: length });
    expect(bytes(segment)).toBeLessThan(2 * 2 ** 30);
    expect(bytes(segment)).toBeLessThanOrEqual(Math.min(bytes(segment - 1), bytes(segment + 1)));
    expect(trainingBytes(deep)).toBeGreaterThan(LARGEST_HEAP);
  });
});
