import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImageSource, loadImageFolder } from "../../src/data/index.js";
import type { RunDocument } from "../../src/network/documents.js";
import { type TrainOptions, train } from "../../src/train/index.js";
import { makeFolder, plain, png, redAndBlue } from "../data/small-folder.js";

let directory: string;
let whole: RunDocument;
beforeAll(async () => {
  const files: Record<string, Uint8Array | string> = await redAndBlue(24);
  for (let n = 0; n < 24; n++) files[`green/${n}.png`] = await png(plain(14, 15, [40, 90 + 5 * n, 40]));
  files["green/7.png"] = "damaged";
  directory = await makeFolder(files);
  whole = await run({}, 1);
});
afterAll(() => rm(directory, { recursive: true }));

const settings: Omit<TrainOptions, "data"> = {
  model: "wrn-10-0.25",
  scheme: "batchnorm",
  steps: 24,
  batch: 20,
  ghostBatch: 10,
  workers: 1,
  imageSize: 12,
  learningRate: 0.1,
};
const run = (changed: Partial<TrainOptions> = {}, tasks?: number) =>
  train({ ...settings, data: () => loadImageFolder({ directory, testShare: 0.25, tasks }), ...changed });

describe("training on a folder of images", () => {
  it("learns, and says what was damaged", async () => {
    expect(whole).toMatchObject({
      outcome: "trained",
      imageSize: 12,
      trainingImages: 54,
      testImages: 18,
      badImages: { count: 1, names: ["green/7.png"] },
    });
    expect(whole.testAccuracy).toBeGreaterThan(0.9);
    const { checksums } = await loadImageFolder({ directory, testShare: 0.25 });
    expect(whole.dataChecksums).toEqual(checksums);
  });

  it("is the same with more threads and decoding tasks, and when it is stopped and goes on", async () => {
    const output = join(directory, ".stopped");
    const stop = new AbortController();
    const stopped = run({
      output,
      workers: 2,
      checkpointEvery: 10,
      signal: stop.signal,
      onStep: ({ step }) => step === 13 && stop.abort(),
    });
    await expect(stopped).rejects.toThrow(/after step 13 of 24/);
    const resumed = await run({ output, checkpointEvery: 10, resume: true }, 3);
    expect(resumed.provenance?.arguments).toMatchObject({ resumedAfter: 13 });
    expect(resumed.lossCurve).toEqual(whole.lossCurve);
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
    expect(resumed.testAccuracy).toBe(whole.testAccuracy);
  });

  it("does not go on with other images", async () => {
    const output = join(directory, ".other");
    await run({ output, steps: 2, checkpointEvery: 1 });
    const image = join(directory, "red/3.png");
    const before = await readFile(image);
    await writeFile(image, Buffer.concat([before, Buffer.from("one byte more")]));
    const refused = run({ output, steps: 2, checkpointEvery: 1, resume: true });
    await expect(refused).rejects.toThrow(
      /settings of the checkpoint .*: data checksums\.train [0-9a-f]{64} \(here /,
    );
    await writeFile(image, before);
  });

  it("ends with an error when too many are damaged, and closes what it opened and nothing else", async () => {
    const closed: string[] = [];
    const watched = (source: ImageSource, name: string): ImageSource =>
      new Proxy(source, {
        get: (target, key) => {
          if (key === "close") closed.push(name);
          const value = Reflect.get(target, key);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    const load = async (maxBadImages: number) => {
      const data = await loadImageFolder({ directory, testShare: 0.25, maxBadImages });
      return { ...data, train: watched(data.train, "train"), test: watched(data.test!, "test") };
    };
    await expect(run({ data: () => load(0) })).rejects.toThrow(
      /^1 image in .* cannot be decoded, more than the 0 that may be: green\/7\.png/,
    );
    expect(closed.sort()).toEqual(["test", "train"]);
    const data = await load(1);
    await run({ data, steps: 2 });
    expect(closed).toHaveLength(2);
    await Promise.all([data.train.close(), data.test.close()]);
  });
});
