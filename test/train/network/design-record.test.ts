import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunDocument } from "../../../src/network/documents.js";
import { train } from "../../../src/train/index.js";
import { planTraining, type TrainSettings } from "../../../src/train/plan/train-plan.js";
import { encodeSafetensors } from "../../../src/train/weights/index.js";
import { readWeights } from "../../../src/train/weights/weights-file.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { easyImages } from "../images.js";

const folder = temporaryFolder("design");

const settings = {
  model: "wrn-10-0.25",
  scheme: "batchnorm",
  batch: 8,
  ghostBatch: 4,
  workers: 1,
  imageSize: 8,
  steps: 4,
  learningRate: 0.05,
  seed: 1,
} satisfies TrainSettings;
const data = { train: easyImages(60), test: easyImages(20, 1) };
const newFolder = () => mkdtempSync(join(folder, "run-"));

describe("run.json says how the network was built", () => {
  it.each<[Partial<TrainSettings>, object]>([
    [{}, { normPosition: "each", alphaLearned: false, convBiases: false, dropout: 0 }],
    [
      { scheme: "groupnorm", normGroups: 2, normPosition: "last", dropout: 0.2 },
      { normPosition: "last", normGroups: 2, alphaLearned: false, convBiases: false, dropout: 0.2 },
    ],
    [
      { scheme: "fixup", fixup: "3,1", convBiases: true },
      { alphaLearned: true, fixup: [1, 3], convBiases: true, dropout: 0 },
    ],
    [
      { scheme: "stochastic-depth", survival: "1-0.2*i/d", normalized: false },
      { survival: "1-0.2*i/d", alphaLearned: false, convBiases: false, dropout: 0 },
    ],
    [
      { scheme: "custom", alpha: "0.5", skip: "1/sqrt(2)" },
      { skip: "1/sqrt(2)", alphaLearned: false, convBiases: false, dropout: 0 },
    ],
    [
      { scheme: "skipinit", alphaFixed: true },
      { alphaLearned: false, convBiases: false, dropout: 0 },
    ],
  ])("%j", async (more, design) => {
    const run = await train({ ...settings, ...more, steps: 1, data });
    expect(run.design).toEqual(design);
    expect(run.outcome).not.toBe("diverged");
  });
});

/** Of a run that was stopped after two steps. */
async function stoppedRun(more: Partial<TrainSettings>): Promise<string> {
  const output = newFolder();
  const stop = new AbortController();
  const run = train({
    ...settings,
    ...more,
    data,
    output,
    checkpointEvery: 2,
    signal: stop.signal,
    onStep: ({ step }) => {
      if (step === 2) stop.abort();
    },
  });
  await expect(run).rejects.toThrow("after step 2 of 4");
  return output;
}

describe("a checkpoint", () => {
  it.each<[Partial<TrainSettings>, Partial<TrainSettings>, string]>([
    [{}, { normPosition: "first" }, "design.normPosition first"],
    [{ scheme: "fixup" }, { scheme: "fixup", fixup: "1,2" }, "design.fixup 1,2"],
    [{}, { convBiases: true }, "design.convBiases true"],
    [{}, { dropout: 0.1 }, "design.dropout 0.1"],
    [{ scheme: "skipinit" }, { scheme: "skipinit", alphaFixed: true }, "design.alphaLearned false"],
  ])("of %j is refused for %j, by name", async (there, here, named) => {
    const output = await stoppedRun(there);
    const resumed = train({ ...settings, ...here, data, output, resume: true });
    const [name, value] = named.split(" ");
    await expect(resumed).rejects.toThrow(`\`${name}\``);
    await expect(resumed).rejects.toThrow(`(here ${value})`);
  });

  it("goes on bit for bit where branches and features are dropped, on other threads too", async () => {
    const random = { scheme: "stochastic-depth", survival: "0.5", dropout: 0.3 } as const;
    const whole = newFolder();
    await train({ ...settings, ...random, data, output: whole });
    const output = await stoppedRun(random);
    await train({ ...settings, ...random, workers: 2, data, output, resume: true });
    const found = (path: string) => {
      const run = JSON.parse(readFileSync(join(path, "run.json"), "utf8")) as RunDocument;
      return [run.weightsSha256, run.lossCurve, run.testAccuracy];
    };
    expect(found(output)).toEqual(found(whole));
  });
});

describe("weights of other parts of the scheme are refused", () => {
  const read = async (metadata: Readonly<Record<string, string>>, more: Partial<TrainSettings>) => {
    const path = join(newFolder(), "w.safetensors");
    writeFileSync(path, encodeSafetensors({ tensors: [], metadata }));
    return readWeights(path, planTraining({ ...settings, ...more }));
  };
  const here = { model: settings.model, scheme: "batchnorm", respath: "1.0.0" };

  it.each<[Readonly<Record<string, string>>, Partial<TrainSettings>, RegExp]>([
    [{ norm_position: "merge" }, {}, /^norm position must be merge, as in .*, not "absent"$/],
    [{}, { normPosition: "last" }, /^norm position must be absent, as in .*, not "last"$/],
    [{}, { convBiases: true }, /^conv biases must be false, as in .*, not "true"$/],
  ])("%j for %j", async (metadata, more, message) => {
    await expect(read({ ...here, ...metadata }, more)).rejects.toThrow(message);
  });

  it("but not other dropout, or a file that does not say", async () => {
    await expect(read({ ...here, dropout: "0.5" }, {})).resolves.toBeDefined();
    await expect(read({}, { normPosition: "last" })).resolves.toBeDefined();
  });
});
