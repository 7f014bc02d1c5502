import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadCifar100Layout } from "../../src/data/load-cifar100.js";
import { parseModel, train } from "../../src/train/index.js";
import { removeFolder } from "../data/small-cifar10.js";
import { makeSmallCifar100, type SmallCifar100 } from "../data/small-cifar100.js";
import { metricsIn } from "./metrics.js";

let data: SmallCifar100;
beforeAll(async () => {
  data = await makeSmallCifar100();
});
afterAll(() => removeFolder(data.root));

it("a network of 100 classes is trained with a whole recipe, and the norm that is clipped is in the metrics", async () => {
  const directory = await mkdtemp(join(data.root, "cache-"));
  const loaded = await loadCifar100Layout(data.layout, { directory, from: data.archive });
  const output = join(data.root, "run");
  const run = await train({
    model: "wrn-10-0.25",
    scheme: "skipinit",
    epochs: 0.3,
    batch: 20,
    imageSize: 8,
    learningRate: 0.05,
    schedule: "cosine",
    warmup: { epochs: 0.1 },
    nesterov: true,
    clipNorm: 1e-3,
    labelSmoothing: 0.1,
    data: { name: "cifar100", ...loaded },
    output,
  });
  const channels = parseModel("wrn-10-0.25").blocks.at(-1)!.width;
  const ten = await train({
    model: "wrn-10-0.25",
    scheme: "skipinit",
    steps: 1,
    batch: 20,
    imageSize: 8,
    learningRate: 0.05,
    testImages: 0,
    data: { train: { ...loaded.train, labels: new Uint8Array(300), classNames: Array(10).fill("") } },
  });
  // Ninety classes more: a weight for each channel, and a bias.
  expect(run.parameters - ten.parameters).toBe(90 * (channels + 1));
  expect(run).toMatchObject({ dataSet: "cifar100", steps: 5, testImages: 100 });
  const metrics = metricsIn(output);
  for (const { gradientNorm } of metrics) expect(gradientNorm).toBeGreaterThan(1e-3);
  // A warm-up of 2 steps (0.1 epochs of 15 steps, rounded), then the cosine's three.
  const shares = [1 / 3, 2 / 3, 1, 0.75, 0.25];
  metrics.forEach(({ learningRate }, step) => {
    expect(Math.abs(learningRate - 0.05 * shares[step])).toBeLessThan(4 * Number.EPSILON);
  });
});
