import { beforeAll, describe, expect, it } from "vitest";
import { summaryLines } from "../../../src/cli/summary-lines.js";
import { InvalidArgumentError, TRAINABLE_SCHEMES } from "../../../src/network/index.js";
import { startTensors, tf } from "../../../src/tensor/index.js";
import {
  createNetwork,
  planTraining,
  predictProfileOf,
  type StackDescription,
  summarizeModel,
  type TrainSettings,
  trainingBytes,
} from "../../../src/train/index.js";
import { designOf } from "../networks.js";

beforeAll(() => startTensors("wasm"));

const STACK: StackDescription = {
  name: "stack",
  stem: { width: 8, kernel: 5, stride: 2, pooling: 2 },
  stages: [
    { blocks: 3, width: 16, layers: [{ kernel: 1, width: 8 }, { width: 8 }, { kernel: 1 }] },
    { blocks: 2, width: 16, stride: 2 },
    { blocks: 2, width: 16, layers: [{ kernel: 1, width: 8 }, { width: 8 }, { kernel: 1 }] },
  ],
};
const MODELS: (string | StackDescription)[] = ["wrn-16-0.5", "fc-3-8-2", STACK];

describe("what a model learns", () => {
  // custom needs an expression.
  const schemes = TRAINABLE_SCHEMES.filter((name) => name !== "custom");
  it.each(schemes)("%s: as many numbers, part by part, as the network that is trained", async (scheme) => {
    for (const model of MODELS) {
      const { architecture, design } = designOf(model, scheme, { imageSize: 8 });
      const network = createNetwork({ design, classes: 7, seed: 0 });
      const summary = await summarizeModel({ model, scheme, imageSize: 8, classes: 7 });
      expect(summary.parameters, architecture.name).toBe(network.size);
      const sizes = network.pieces.map((piece) =>
        piece.parameters.reduce((total, { variable }) => total + variable.size, 0),
      );
      const { stem, blocks, head } = summary;
      expect([stem, ...blocks, head].map(({ parameters }) => parameters)).toEqual(sizes);
      network.dispose();
    }
  });

  it("ResNet-50-V2 has the published number", async () => {
    // Without what BatchNorm learns: kernels of 7×7×3×64, bottlenecks from c to w and back to 4w, projections, 2048·1000 + 1000.
    const bottleneck = (c: number, w: number) => c * w + 9 * w * w + 4 * w * w;
    let [weights, norms, c] = [49 * 3 * 64, 0, 64];
    for (const [w, blocks] of [
      [64, 3],
      [128, 4],
      [256, 6],
      [512, 3],
    ]) {
      weights += c * 4 * w;
      for (let block = 0; block < blocks; block++) {
        weights += bottleneck(c, w);
        norms += 2 * (c + w + w);
        c = 4 * w;
      }
    }
    const expected = weights + norms + 2 * 2048 + 2048 * 1000 + 1000;
    expect(expected).toBe(25_549_352);
    // A step of no images takes the weights, their gradients and their velocities, 4 bytes each.
    const { plan } = designOf("resnet-50-v2", "batchnorm", { imageSize: 64 }).design;
    expect(trainingBytes({ plan, batch: 0, classes: 1000 })).toBe(12 * (weights + 2048 * 1000));
    const { parameters } = await summarizeModel({
      model: "resnet-50-v2",
      scheme: "batchnorm",
      imageSize: 64,
      classes: 1000,
    });
    expect(parameters).toBe(expected);
  });

  it("leaves the backend, and no tensor", async () => {
    const tensors = tf.memory().numTensors;
    await summarizeModel({ model: "wrn-16-1", scheme: "fixup" });
    expect(tf.getBackend()).toBe("wasm");
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe("what a model costs", () => {
  it("operations: two for each weight at each place where it is used", async () => {
    const { stem, blocks, head, operations } = await summarizeModel({
      model: STACK,
      scheme: "skipinit",
      imageSize: 15,
      batch: 10,
      classes: 5,
    });
    // 15 pixels: 8 behind the stride of the stem, 4 behind its pooling, 2 behind the third stage's.
    expect(stem.operations).toBe(2 * 25 * 3 * 8 * 8 * 8);
    const bottleneck = 16 * 8 + 9 * 8 * 8 + 8 * 16;
    const basic = 2 * 9 * 16 * 16;
    const expected = [
      2 * 16 * (8 * 8 + 9 * 8 * 8 + 8 * 16 + 8 * 16),
      ...[2 * 16 * bottleneck, 2 * 16 * bottleneck],
      ...[2 * 4 * (basic + 16 * 16), 2 * 4 * basic],
      ...[2 * 4 * bottleneck, 2 * 4 * bottleneck],
    ];
    expect(blocks.map((block) => block.operations)).toEqual(expected);
    expect(blocks.map(({ output }) => output[0])).toEqual([4, 4, 4, 2, 2, 2, 2]);
    expect(head).toMatchObject({ operations: 2 * 16 * 5, output: [1, 1, 5] });
    const rest = expected.reduce((sum, value) => sum + value, 0) + head.operations;
    expect(operations.forward).toBe(stem.operations + rest);
    expect(operations.step).toBe(10 * (2 * stem.operations + 3 * rest));
  });

  it("ResNet-50 takes the 4.1 billion multiplications and additions of the literature", async () => {
    const { operations } = await summarizeModel({ model: "resnet-50-v2", scheme: "skipinit", classes: 1000 });
    expect(operations.forward / 2e9).toBeCloseTo(4.09, 2);
  });

  it("memory, with recomputation too, also of a model that does not fit", async () => {
    const summary = await summarizeModel({ model: "wrn-1000-2", scheme: "batchnorm", batch: 64, workers: 1 });
    const { none, least, available } = summary.memory;
    const memory = { plan: designOf("wrn-1000-2", "batchnorm").design.plan, batch: 64 };
    expect(none).toBe(trainingBytes(memory));
    expect(none).toBeGreaterThan(available);
    for (const segment of [1, 5, 20, 498]) {
      expect(least.bytes).toBeLessThanOrEqual(trainingBytes({ ...memory, segment }));
    }
    const large = await summarizeModel({
      model: "wrn-40-4",
      scheme: "batchnorm",
      batch: 65_536,
      ghostBatch: 65_536,
    });
    expect(large.memory.least.bytes).toBeGreaterThan(large.memory.available);
    expect(summaryLines(large).join("\n")).toContain("it does not fit");
  });
});

describe("the predicted profile", () => {
  it("is that of predictProfileOf, with q in the moment that is counted", async () => {
    for (const scheme of ["batchnorm", "skipinit"]) {
      const { blocks, lengths } = predictProfileOf(designOf("wrn-16-1", scheme).design);
      const summary = await summarizeModel({ model: "wrn-16-1", scheme });
      expect(summary.blocks.map(({ skip, branch }) => ({ skip, branch }))).toEqual(
        blocks.map(({ skip, branch }) => ({ skip, branch })),
      );
      const shares = summary.blocks.map(({ share }) => share ?? Number.NaN);
      // The mean of a sum of independent choices.
      expect(shares.reduce((sum, q) => sum + q, 0)).toBeCloseTo(lengths!.mean, 9);
      expect(summary.predicted).toMatchObject({
        meanLength: lengths!.mean,
        quantile97: lengths!.quantile(0.97),
      });
    }
  });

  it("of a linear network with BatchNorm is the paper's 1, 2, 3, … and 1", async () => {
    const { blocks } = await summarizeModel({ model: "fc-20-64", activation: "linear", scheme: "batchnorm" });
    blocks.forEach(({ skip, branch, share }, index) => {
      expect(skip).toBeCloseTo(index + 1, 9);
      expect(branch).toBeCloseTo(1, 9);
      expect(share).toBeCloseTo(1 / (index + 2), 9);
    });
  });
});

describe("a summary as text", () => {
  it("has a row a part, and cuts long stages", async () => {
    const lines = summaryLines(
      await summarizeModel({ model: "wrn-100-1", scheme: "skipinit", classes: 100 }),
    );
    expect(lines[0]).toBe(
      "wrn-100-1, skipinit 1/sqrt(d), 48 blocks, relu branches, images of 32×32, 100 classes",
    );
    expect(lines[1]).toMatch(/^block +input → output +layers +parameters +MFLOPs +skip +branch +q$/);
    const rows = lines.slice(2).filter((line) => line.includes("→") || line.includes("…"));
    expect(rows.map((row) => row.trim().split(/\s+/)[0])).toEqual([
      "stem",
      ...["1", "2", "3", "…", "16"],
      ...["17", "18", "19", "…", "32"],
      ...["33", "34", "35", "…", "48"],
      "head",
    ]);
    expect(rows[4]).toMatch(/…\s+12 more blocks$/);
    expect(rows[6]).toMatch(/17\s+32×32×16 → 16×16×32\s+3×3 32 \/2, 3×3 32, projection\s+14,337 /);
    expect(lines.join("\n")).toMatch(/predicted path lengths: mean 0\.\d+, 97 % quantile \d/);
  });

  it("has features without a map, and long numbers with commas", async () => {
    const lines = summaryLines(
      await summarizeModel({ model: "fc-2000-8", scheme: "batchnorm", batch: 8, workers: 1 }),
    );
    expect(lines[2]).toMatch(/stem\s+3072 → 8\s+24,576/);
    expect(lines.some((line) => /^2,000\s+8 → 8\s+8\s+80 /.test(line.trim()))).toBe(true);
    expect(lines.length).toBeLessThan(20);
  });
});

describe("bad input", () => {
  it.each([
    [{ classes: 1 }, "classes must be a whole number from 2"],
    [{ imageSize: 7 }, "image size must be a whole number from 8 to 1024, not 7"],
    [{ imageSize: 1025 }, "image size must be a whole number from 8 to 1024, not 1025"],
    [{ batch: 0 }, "batch must be a whole number"],
    [{ workers: 0 }, "workers must be a whole number"],
    [{ seed: -1 }, "seed must be a whole number"],
    [{ learningRate: 0 }, "learning rate must be a positive number"],
    [{ momentum: 0, nesterov: true }, "momentum must be more than 0"],
    [{ labelSmoothing: 1 }, "label smoothing must be"],
    [{ l2On: "nothing" }, "l2 on must be"],
    [{ testImages: 0, testEvery: { epochs: 1 } }, "test every must be absent"],
    [{ probeImages: 4 }, "probe every must be given"],
    [{ alpha: "1/2d", scheme: "skipinit" }, "1/(2*d) or (1/2)*d"],
    [{ ghostBatch: 65 }, "ghost batch must be a whole number from 1 to 64"],
    [{ scheme: "pre-ln" }, "scheme must be"],
    [{ model: "wrn-17-1" }, "the nearest n is 16 or 22"],
  ])("%j: %s", async (settings, message) => {
    const summary = summarizeModel({ model: "wrn-16-1", scheme: "batchnorm", ...settings });
    await expect(summary).rejects.toThrow(InvalidArgumentError);
    await expect(summary).rejects.toThrow(message);
    // In the same words as a run.
    if ("classes" in settings) return;
    const run = { model: "wrn-16-1", scheme: "batchnorm", steps: 1, learningRate: 0.1, ...settings };
    expect(() => planTraining(run as TrainSettings)).toThrow(message);
  });
});
