import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeBatch } from "../../../src/data/index.js";
import { InvalidArgumentError } from "../../../src/network/errors.js";
import { startTensors, tf } from "../../../src/tensor/index.js";
import { decodeSafetensors, type StepMetrics, train } from "../../../src/train/index.js";
import { evaluate } from "../../../src/train/step/evaluate.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { easyImages } from "../images.js";
import { metricsIn } from "../metrics.js";
import { networkOf } from "../networks.js";

const folder = temporaryFolder("evaluations");

const data = { train: easyImages(200), test: easyImages(50, 1) };
const settings = {
  model: "wrn-10-0.25",
  scheme: "batchnorm",
  steps: 12,
  batch: 20,
  ghostBatch: 10,
  workers: 1,
  learningRate: 0.1,
  imageSize: 8,
  data,
};
const tensorsOf = (path: string) => decodeSafetensors(readFileSync(path), path).tensors;

describe("evaluate", () => {
  it("agrees with the softmax of the logits in float64", async () => {
    await startTensors("wasm");
    const network = networkOf("wrn-10-0.25", "batchnorm");
    const count = 33;
    const input = makeBatch(
      data.test,
      Uint32Array.from({ length: count }, (_, i) => i),
      { imageSize: 8 },
    );
    const logits = tf.tidy(() =>
      network.forward({ images: tf.tensor4d(input, [count, 8, 8, 3]), mode: "evaluate" }).arraySync(),
    );
    const [losses, hits] = [[] as number[], [] as boolean[]];
    logits.forEach((row, image) => {
      const label = data.test.labels[image];
      losses.push(Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[label]);
      hits.push(row[label] === Math.max(...row));
    });
    const batches: number[] = [];
    const options = { network, images: data.test, count, batch: 8, imageSize: 8 as const };
    const found = await evaluate({ ...options, onBatch: (done) => batches.push(done) });
    network.dispose();
    expect(batches).toEqual([8, 16, 24, 32, 33]);
    expect(found?.accuracy).toBe(hits.filter(Boolean).length / count);
    // The loss of each batch is rounded to float32 once.
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / count;
    expect(Math.abs((found?.loss ?? 0) - mean)).toBeLessThan(2 ** -23 * mean);
  });

  it("takes equal logits, Fixup's at the start, for the first class: chance, in training as well", async () => {
    const network = networkOf("wrn-10-0.25", "fixup");
    const found = await evaluate({ network, images: data.test, count: 50, batch: 16, imageSize: 8 });
    network.dispose();
    // Ten balanced classes.
    expect(found?.accuracy).toBe(0.1);
    const output = join(folder, "fixup");
    await train({ ...settings, scheme: "fixup", steps: 1, batch: 200, testImages: 0, output });
    const [{ accuracy }] = metricsIn(output);
    expect(accuracy).toBe(0.1);
  });
});

describe("tests on the way", () => {
  it("find what a run that ends there finds, and change nothing", async () => {
    const best = join(folder, "best.safetensors");
    const steps: StepMetrics[] = [];
    const run = await train({
      ...settings,
      testEvery: { steps: 5 },
      saveBest: best,
      onStep: (metrics) => steps.push(metrics),
    });
    const ends = [];
    for (const last of [5, 10, 12]) {
      const saveWeights = join(folder, `after-${last}.safetensors`);
      ends.push({ saveWeights, run: await train({ ...settings, steps: last, saveWeights }) });
    }
    const alone = ends[2].run;
    expect(run.lossCurve).toEqual(alone.lossCurve);
    expect(run.weightsSha256).toBe(alone.weightsSha256);
    expect(run.testAccuracy).toBe(alone.testAccuracy);
    expect(run.tests).toEqual(ends.flatMap((end) => end.run.tests));
    expect(
      steps.flatMap(({ step, testAccuracy, testLoss }) =>
        testAccuracy === undefined ? [] : [{ step, accuracy: testAccuracy, loss: testLoss }],
      ),
    ).toEqual(run.tests);
    // The best is the first of the largest, and its weights are those of the run that ended there.
    const accuracies = ends.map((end) => end.run.testAccuracy ?? 0);
    expect(new Set(accuracies).size).toBeGreaterThan(1);
    const at = accuracies.indexOf(Math.max(...accuracies));
    expect([run.bestTestAccuracy, run.bestTestStep]).toEqual([accuracies[at], [5, 10, 12][at]]);
    expect(tensorsOf(best)).toEqual(tensorsOf(ends[at].saveWeights));
  });

  it("come each epoch, on any number of threads", async () => {
    const each = { ...settings, epochs: 1.2, steps: undefined, testEvery: { epochs: 0.5 } };
    const run = await train(each);
    expect(run.tests?.map(({ step }) => step)).toEqual([5, 10, 12]);
    expect((await train({ ...each, workers: 2 })).tests).toEqual(run.tests);
  });

  it("are one, after the last step, unless asked for, and none without images or a finite loss", async () => {
    const once = await train({ ...settings, steps: 3 });
    expect(once.tests).toEqual([{ step: 3, accuracy: once.testAccuracy, loss: expect.any(Number) }]);
    expect(once).toMatchObject({ bestTestAccuracy: once.testAccuracy, bestTestStep: 3, testImages: 50 });
    const without = await train({ ...settings, steps: 3, testImages: 0 });
    expect(without).toMatchObject({ testAccuracy: null, testImages: 0, tests: [] });
    expect(without).not.toHaveProperty("bestTestAccuracy");
    const diverged = await train({
      ...settings,
      scheme: "unnormalized",
      learningRate: 1e30,
      testEvery: { steps: 1 },
    });
    expect(diverged).toMatchObject({ outcome: "diverged", testAccuracy: null, bestTestStep: 1 });
    expect(diverged.outcomeStep).toBe(diverged.steps);
  });

  it("are refused where they cannot be", async () => {
    const refused = (more: object) => expect(train({ ...settings, ...more })).rejects;
    await refused({ testEvery: { steps: 0 } }).toThrow("test every must be a whole number of at least 1");
    await refused({ testEvery: { epochs: -1 } }).toThrow("test every must be a positive number");
    await refused({ testEvery: { steps: 1 }, testImages: 0 }).toThrow(InvalidArgumentError);
    await refused({ testEvery: { steps: 1 }, data: { train: data.train } }).toThrow(
      "test every must be absent where there are no test images",
    );
    await refused({ saveBest: folder }).toThrow(`cannot write ${folder}: it is a folder`);
  });
});
