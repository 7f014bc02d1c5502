import { beforeAll, describe, expect, it } from "vitest";
import type { BlockPlan, NetworkPlan } from "../../src/network/plan/index.js";
import { channelStatistics, startTensors, tf } from "../../src/tensor/index.js";
import { createNetwork } from "../../src/train/index.js";
import { designOf, noise } from "./networks.js";

beforeAll(() => startTensors("cpu"));

const { design } = designOf("wrn-10-0.5", "batchnorm", { imageSize: 8 });
const { design: plain } = designOf("wrn-10-0.5", "skipinit", { imageSize: 8 });

/** The plan with another last block. */
function withLast({ runs, ...plan }: NetworkPlan, change: (block: BlockPlan) => Partial<BlockPlan>) {
  const last = runs[runs.length - 1];
  return {
    ...plan,
    runs: [...runs.slice(0, -1), { ...last, block: { ...last.block, ...change(last.block) } }],
  };
}

describe("a network of a plan", () => {
  it.each<[string, (block: BlockPlan) => Partial<BlockPlan>]>([
    [
      'activation must be one of linear, relu, not "tanh"',
      ({ layers }) => ({ layers: layers.map((layer) => ({ ...layer, activation: "tanh" })) }),
    ],
    ['not "without a skip path"', () => ({ skip: { kind: "none" } })],
    [
      'not "with a deviation before other weights"',
      ({ layers }) => ({ layers: layers.map((layer) => ({ ...layer, normalizer: "expected" })) }),
    ],
    ['not "of several streams"', () => ({ streams: { reads: [0, 1], writes: [1] } })],
  ])("refuses what is not trained: %s", (message, change) => {
    const plan = withLast(plain.plan, change);
    expect(() => createNetwork({ design: { ...plain, plan }, seed: 1 })).toThrow(message);
  });

  it("has what the plan says of each layer: shape, gain, and normaliser", () => {
    const plan = withLast(design.plan, ({ layers: [first, second] }) => ({
      layers: [first, { ...second, kernel: 5, gain: 9, normalizer: "none", activation: "linear" }],
      merge: { normalizer: "layer", activation: "relu" },
    }));
    const network = createNetwork({ design: { ...design, plan }, seed: 1 });
    const names = network.parameters.map(({ name }) => name).filter((name) => name.startsWith("block3"));
    expect(names).toEqual([
      "block3.activation1.gamma",
      "block3.activation1.beta",
      "block3.conv1",
      "block3.conv2",
      "block3.projection",
      "block3.mergeNorm.gamma",
      "block3.mergeNorm.beta",
    ]);
    const { variable } = network.parameters.find(({ name }) => name === "block3.conv2")!;
    expect(variable.shape).toEqual([5, 5, 32, 32]);
    // 25,600 weights: their second moment is the gain over the fan-in, within 4 standard errors of √(2/25,600).
    const weights = variable.dataSync<"float32">();
    const moment = weights.reduce((sum, weight) => sum + weight * weight, 0) / weights.length;
    expect(Math.abs((moment * 25 * 32) / 9 - 1)).toBeLessThan(4 * Math.sqrt(2 / weights.length));
    // What leaves the last block is normalised over the features of each image, and then rectified.
    tf.tidy(() => {
      const { images } = noise(2, 8);
      const x = network.pieces
        .slice(0, -1)
        .reduce<tf.Tensor>(
          (map, piece) => piece.apply(map, { mode: "measure" }),
          tf.tensor4d(images, [2, 8, 8, 3]),
        );
      const { mean } = channelStatistics(x as tf.Tensor4D);
      expect(x.min().dataSync()[0]).toBe(0);
      // E ReLU(z) of a normal z of variance 1 is 1/√(2π) = 0.399; features of one image are nearly normal.
      expect(mean.reduce((sum, value) => sum + value, 0) / mean.length).toBeGreaterThan(0.3);
      expect(mean.reduce((sum, value) => sum + value, 0) / mean.length).toBeLessThan(0.5);
    });
    network.dispose();
  });
});
