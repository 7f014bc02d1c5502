import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { train } from "../../../src/train/index.js";
import { newPathsIn, temporaryFolder } from "../../helpers/temporary-folder.js";
import { easyImages } from "../images.js";
import { metricsIn } from "../metrics.js";

const data = { train: easyImages(320), test: easyImages(60, 1), checksums: { "a.bin": "0" } };
const settings = {
  model: "wrn-10-0.5",
  scheme: "batchnorm",
  steps: 30,
  batch: 32,
  learningRate: 0.05,
  imageSize: 8,
  augment: false,
  data,
};
const folder = newPathsIn(temporaryFolder("train"));

describe("train", () => {
  it("learns, and leaves metrics.jsonl and run.json", async () => {
    const output = folder();
    const run = await train({ ...settings, output });
    expect(run).toMatchObject({ outcome: "trained", steps: 30, depth: 3, testImages: 60, imageSize: 8 });
    // Chance is 0.1; five standard errors of 60 draws above it is 0.29.
    expect(run.testAccuracy).toBeGreaterThan(0.1 + 5 * Math.sqrt((0.1 * 0.9) / 60));
    const metrics = metricsIn(output);
    expect(metrics.map(({ step }) => step)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(metrics.map(({ loss }) => loss)).toEqual(run.lossCurve);
    expect(metrics[9].epoch).toBe(1);
    expect(JSON.parse(readFileSync(join(output, "run.json"), "utf8"))).toEqual(
      JSON.parse(JSON.stringify(run)),
    );
    expect(run.profile.before.map(({ block }) => block)).toEqual([1, 2, 3]);
    expect(run.dataChecksums).toEqual({ "a.bin": "0" });
    expect(run.provenance?.arguments).not.toHaveProperty("data");
  });

  it("gives the same run for the same seed, and another for another", async () => {
    const short = { ...settings, steps: 3, augment: true, testImages: 0 };
    const [a, b, c] = [await train(short), await train(short), await train({ ...short, seed: 1 })];
    expect(a.lossCurve).toEqual(b.lossCurve);
    expect(a.profile).toEqual(b.profile);
    expect(c.lossCurve).not.toEqual(a.lossCurve);
    expect(a.testAccuracy).toBeNull();
  });

  it("counts epochs in passes over the images", async () => {
    const run = await train({ ...settings, steps: undefined, epochs: 0.5, testImages: 0 });
    expect(run.steps).toBe(5);
  });

  it.each(["unnormalized", "batchnorm"])(
    "a diverging run of %s is a result that names the step",
    async (scheme) => {
      const output = folder();
      const run = await train({ ...settings, scheme, learningRate: 1e30, output });
      expect(run.outcome).toBe("diverged");
      expect(run.steps).toBeLessThan(30);
      expect(run.reason).toBe(`the training loss was not finite at step ${run.steps}`);
      expect(run.loss.last).toBeNull();
      expect(run.testAccuracy).toBeNull();
      expect(metricsIn(output)).toHaveLength(run.steps);
      expect(metricsIn(output).at(-1)?.loss).toBeNull();
      expect(existsSync(join(output, "run.json"))).toBe(true);
    },
  );

  it("a network that its last step has blown up is diverged, though every loss was finite", async () => {
    const run = await train({ ...settings, scheme: "unnormalized", steps: 1, learningRate: 1e30 });
    expect(run).toMatchObject({ outcome: "diverged", outcomeStep: 1, loss: { first: expect.any(Number) } });
    expect(run.reason).toMatch(/^the variance of the .* of block 1 is not finite after step 1$/);
    expect(run.loss.judged).toMatchObject({ mean: run.loss.first, steps: 1 });
  });

  it("a run that does not learn is stalled", async () => {
    const run = await train({ ...settings, learningRate: 1e-9, testImages: 0 });
    expect(run.outcome).toBe("stalled");
    expect(run.reason).toMatch(/of the last 20 steps.*not clearly below 2\.203/);
  });

  it("stops after the current step when asked to, and keeps what there is", async () => {
    const output = folder();
    const stop = new AbortController();
    const stopped = train({
      ...settings,
      output,
      signal: stop.signal,
      onStep: ({ step }) => {
        if (step === 3) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({
      name: "StoppedError",
      exitCode: 1,
      message: expect.stringContaining("after step 3 of 30"),
    });
    expect(metricsIn(output)).toHaveLength(3);
    expect(existsSync(join(output, "run.json"))).toBe(false);
  });

  it("refuses before anything is fetched or written", async () => {
    let fetched = 0;
    const output = folder();
    const refused = (changed: object) =>
      train({
        ...settings,
        output,
        ...changed,
        data: async () => {
          fetched++;
          return data;
        },
      });
    await expect(refused({ scheme: "skipinits" })).rejects.toThrow('did you mean "skipinit"?');
    await expect(refused({ model: "wrn-18-1" })).rejects.toThrow("16 or 22");
    await expect(refused({ scheme: "skipinit", alpha: "1/(i-2)" })).rejects.toThrow("at block 2");
    await expect(refused({ epochs: 1 })).rejects.toThrow("absent with `epochs`");
    await expect(refused({ steps: undefined })).rejects.toThrow("steps must be given");
    await expect(refused({ imageSize: 7 })).rejects.toThrow(
      "image size must be a whole number from 8 to 1024",
    );
    await expect(refused({ learningRate: Number.NaN })).rejects.toThrow(
      "learning rate must be a positive number",
    );
    await expect(
      refused({ model: "wrn-100-10", imageSize: 32, batch: 512, ghostBatch: 512, recompute: "none" }),
    ).rejects.toThrow(
      /needs about \d+\.\d GiB, and the wasm backend has 4 GiB; use `recompute` auto or a `ghostBatch` of at most \d+/,
    );
    await expect(refused({ ghostBatch: 33 })).rejects.toThrow(
      "ghost batch must be a whole number from 1 to 32",
    );
    await expect(refused({ workers: 0 })).rejects.toThrow("workers must be");
    await expect(refused({ recompute: "always" })).rejects.toThrow("recompute must be auto, none or");
    await expect(refused({ recompute: 0 })).rejects.toThrow("recompute must be");
    const file = folder();
    writeFileSync(file, "");
    await expect(refused({ output: file })).rejects.toThrow("is not a folder");
    expect(fetched).toBe(0);
    expect(existsSync(output)).toBe(false);
  });

  it("refuses a size that the images cannot have", async () => {
    const output = folder();
    await expect(train({ ...settings, output, imageSize: 20 })).rejects.toThrow(
      "image size must be one of 32, 16, 8, not 20",
    );
    expect(existsSync(output)).toBe(false);
  });

  it("refuses more test images than there are", async () => {
    await expect(train({ ...settings, testImages: 61 })).rejects.toThrow("from 0 to 60, not 61");
  });
});
