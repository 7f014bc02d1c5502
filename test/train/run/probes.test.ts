import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import type { ProbeDocument } from "../../../src/network/documents/probe.js";
import { DataError, InvalidArgumentError } from "../../../src/network/errors.js";
import { parseProbeLines } from "../../../src/network/probe-lines.js";
import { readProbes, StoppedError, type TrainOptions, train } from "../../../src/train/index.js";
import { newPathsIn, temporaryFolder } from "../../helpers/temporary-folder.js";
import { checkpointedSettings, metricsOf } from "../checkpointed-settings.js";
import { easyImages } from "../images.js";

const root = temporaryFolder("probes");
const newFolder = newPathsIn(root);
const settings = { ...checkpointedSettings, steps: 12, testImages: 20 };
const probed = { ...settings, probeEvery: { steps: 5 } } as const;
const textOf = (output: string) => readFileSync(join(output, "probe.jsonl"), "utf8");
const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../docs/schemas/probe.schema.json"), "utf8"),
);
const isProbe = new Ajv({ allowUnionTypes: true }).compile(schema);

async function probesOf(options: Partial<TrainOptions>): Promise<ProbeDocument[]> {
  const probes: ProbeDocument[] = [];
  await train({ ...settings, ...options, onProbe: (probe) => probes.push(probe) });
  return probes;
}

describe("a run with probes", () => {
  it.each([1, 2])("finds the same as one without, on %i threads", async (workers) => {
    const [plain, output] = [newFolder(), newFolder()];
    const before = await train({ ...settings, workers, output: plain });
    const after = await train({ ...probed, workers, output });
    expect(after.weightsSha256).toBe(before.weightsSha256);
    expect(metricsOf(output)).toEqual(metricsOf(plain));
    expect(existsSync(join(plain, "probe.jsonl"))).toBe(false);
  });

  it("probes before the first step, every so many and after the last, in a line each", async () => {
    const output = newFolder();
    const probes = await probesOf({ ...probed, output });
    expect(probes.map(({ step }) => step)).toEqual([0, 5, 10, 12]);
    expect(await readProbes(output)).toEqual(probes);
    expect(probes[1].epoch).toBeCloseTo(5 / Math.floor(200 / 22), 12);
    for (const probe of probes) {
      expect(isProbe(probe), JSON.stringify(isProbe.errors)).toBe(true);
      expect(probe).toMatchObject({
        model: "wrn-10-0.25",
        scheme: "batchnorm",
        depth: 3,
        imagesFrom: "test",
      });
      expect(probe.images).toBe(8);
    }
    expect(probes[3].carried).not.toEqual(probes[0].carried);
  });

  it("takes the first test images, or training images where there are none", async () => {
    const train = easyImages(200);
    const first = async (more: Partial<TrainOptions>) =>
      (
        await probesOf({
          steps: 1,
          testImages: 0,
          testEvery: undefined,
          probeEvery: { epochs: 1 },
          probeImages: 16,
          ...more,
        })
      )[0];
    const { imagesFrom: from, ...ofTraining } = await first({ data: { train } });
    expect(from).toBe("train");
    // What they are labelled as makes the loss, and what they show all the rest.
    const { imagesFrom, ...ofTest } = await first({ data: { train: easyImages(200, 5), test: train } });
    expect(imagesFrom).toBe("test");
    expect(ofTest).toEqual(ofTraining);
    const data = { train, test: easyImages(5) };
    const usual = await probesOf({
      steps: 1,
      testImages: 0,
      testEvery: undefined,
      probeEvery: { steps: 1 },
      data,
    });
    expect(usual.map(({ images, step }) => [images, step])).toEqual([
      [5, 0],
      [5, 1],
    ]);
  });

  it("ends with a probe when it diverges, with nulls", async () => {
    const probes = await probesOf({
      scheme: "unnormalized",
      learningRate: 1e30,
      probeEvery: { steps: 100 },
      steps: 50,
    });
    expect(probes).toHaveLength(2);
    const last = probes[1];
    expect(last.step).toBeLessThan(50);
    expect(last).toMatchObject({ loss: null, fromProfile: null, carried: null });
    expect(isProbe(JSON.parse(JSON.stringify(last))), JSON.stringify(isProbe.errors)).toBe(true);
  });

  it("goes on with the probes of a run that was stopped", async () => {
    const [whole, output] = [newFolder(), newFolder()];
    const checkpointed = { ...probed, checkpointEvery: 4 };
    await train({ ...checkpointed, output: whole });
    const stop = new AbortController();
    const stopped = train({
      ...checkpointed,
      output,
      signal: stop.signal,
      onStep: ({ step }) => step === 7 && stop.abort(),
    });
    await expect(stopped).rejects.toThrow(StoppedError);
    // What a kill leaves: probes after the checkpoint, the last of them cut short.
    writeFileSync(join(output, "probe.jsonl"), `${textOf(whole)}{"kind":"pro`);
    await train({ ...checkpointed, output, resume: true });
    expect(textOf(output)).toBe(textOf(whole));
  });

  it("makes up for a probe that a stop prevented", async () => {
    const [whole, output] = [newFolder(), newFolder()];
    const checkpointed = { ...probed, checkpointEvery: 5, testEvery: { steps: 5 } };
    await train({ ...checkpointed, output: whole });
    const stop = new AbortController();
    const stopped = train({
      ...checkpointed,
      output,
      signal: stop.signal,
      onEvaluation: () => stop.abort(),
    });
    await expect(stopped).rejects.toThrow(StoppedError);
    expect(parseProbeLines(textOf(output), "it").map(({ step }) => step)).toEqual([0]);
    await train({ ...checkpointed, output, resume: true });
    expect(textOf(output)).toBe(textOf(whole));
    writeFileSync(join(output, "probe.jsonl"), "");
    await expect(train({ ...checkpointed, output, resume: true })).rejects.toThrow(DataError);
    await expect(train({ ...checkpointed, probeEvery: { steps: 6 }, output, resume: true })).rejects.toThrow(
      "`probe.every.steps` 5 (here 6)",
    );
  });

  it("without probes removes those of the run that it overwrites", async () => {
    const output = newFolder();
    await train({ ...probed, steps: 1, output });
    await train({ ...settings, steps: 1, output, overwrite: true });
    expect(existsSync(join(output, "probe.jsonl"))).toBe(false);
  });

  it.each([
    [{ probeEvery: { steps: 0 } }, "probe every must be"],
    [{ probeImages: 16 }, "probe every must be given with `probeImages`"],
    [{ probeEvery: { steps: 1 }, probeImages: 1 }, "probe images must be"],
    [{ probeEvery: { steps: 1 }, probeImages: 41 }, "probe images must be a whole number from 2 to 40"],
  ] as const)("refuses %o", async (wrong, message) => {
    const run = train({ ...settings, ...wrong, onProbe: () => {} });
    await expect(run).rejects.toThrow(InvalidArgumentError);
    await expect(run).rejects.toThrow(message);
  });

  it("is refused without a folder or a listener", async () => {
    await expect(train(probed)).rejects.toThrow("output must be given with probes");
  });
});
