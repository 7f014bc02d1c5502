import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import { predictNetwork } from "../../src/analytic/mean-field/index.js";
import { runTrial } from "../../src/montecarlo/forward/trial.js";
import {
  networkOf,
  type SampleOptions,
  sampleBackward,
  sampleBlockVariances,
  sampleNetworks,
} from "../../src/montecarlo/index.js";
import { startTensors } from "../../src/tensor/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { allLengths } from "./naive.js";

const folder = temporaryFolder("input");
beforeAll(async () => {
  await startTensors();
});

// Of about a hundred numbers none lies beyond four standard errors but with a probability of 0.6 %, and seeds are fixed.
const MOST = 4;

describe.each([0.25, 16])("networks given s_0 = %d", (inputVariance) => {
  const of = (name: string, more: Partial<SampleOptions> = {}): SampleOptions => ({
    scheme: resolveScheme(name),
    depth: 8,
    width: 128,
    batch: 32,
    inputDimension: 1000,
    trials: 24,
    inputVariance,
    ...more,
  });

  it.each([
    ["batchnorm", "linear"],
    ["batchnorm", "relu"],
    ["pre-ln", "gelu"],
    ["nfnet", "relu"],
    ["skipinit", "relu"],
    ["unnormalized", "tanh"],
    ["post-ln", "relu"],
    ["stochastic-depth", "linear"],
  ] as const)("%s, %s, obey the theory of that input", async (name, activation) => {
    const trials = name === "stochastic-depth" ? 150 : 24;
    const sample = await sampleNetworks(of(name, { activation, within: [2], trials }));
    expect(sample.network.inputVariance).toBe(inputVariance);
    expect(Math.abs(sample.meanLength.z)).toBeLessThan(MOST);
    expect(Math.abs(sample.within[2].z)).toBeLessThan(MOST);
    // What enters is s_0 but for the batch mean, and every block follows.
    expect(sample.predicted.skip[0]! / resolveScheme(name).skipScale(1, 8) ** 2).toBeCloseTo(
      inputVariance * (1 - 1 / 32),
      10,
    );
    for (let i = 0; i < 8; i++) {
      const z = (sample.skip.mean[i] - sample.predicted.skip[i]!) / sample.skip.se[i];
      expect(Math.abs(z)).toBeLessThan(MOST + 0.5);
    }
  });

  it("and not that of another", async () => {
    const sample = await sampleNetworks(of("batchnorm"));
    const usual = predictNetwork(networkOf(resolveScheme("batchnorm"), { depth: 8, batch: 32 })).lawAfter(8);
    expect(Math.abs(sample.meanLength.mean - usual.mean) / sample.meanLength.se).toBeGreaterThan(10);
  });

  it("by the Gram sampler too", async () => {
    const sample = await sampleBlockVariances(of("batchnorm", { sampler: "gram", activation: "relu" }));
    expect(sample.sampler).toBe("gram");
    expect(Math.abs(sample.slopes!.skip.z)).toBeLessThan(MOST);
    expect(Math.abs(sample.averages!.lastMovingVariance.z)).toBeLessThan(MOST);
  });

  it.each(["batchnorm", "pre-ln", "post-ln", "nfnet", "unnormalized"])(
    "%s: gradients back through them",
    async (name) => {
      const sample = await sampleBackward(of(name, { activation: "relu", within: [2] }));
      expect(Math.abs(sample.growth.z)).toBeLessThan(MOST);
      expect(Math.abs(sample.meanLength.z)).toBeLessThan(MOST);
    },
  );

  it("on maps", async () => {
    const sample = await sampleNetworks({
      scheme: resolveScheme("batchnorm"),
      ...{ depth: 4, convolutional: true, channels: 16, imageSize: 8, batch: 16, trials: 24, inputVariance },
    });
    expect(Math.abs(sample.meanLength.z)).toBeLessThan(MOST);
    for (let i = 0; i < 4; i++) {
      const z = (sample.skip.mean[i] - sample.predicted.skip[i]!) / sample.skip.se[i];
      expect(Math.abs(z)).toBeLessThan(MOST + 0.5);
    }
  });
});

describe("the same draws at every input", () => {
  const options = { depth: 6, width: 24, batch: 8 } as const;
  const trial = (name: string, inputVariance?: number) => {
    const network = networkOf(resolveScheme(name), {
      ...options,
      ...(inputVariance === undefined ? {} : { inputVariance }),
    });
    return runTrial({ network, seed: 5, trial: 0, windows: allLengths(6) });
  };

  it("an input variance of 1 changes no bit", async () => {
    for (const name of ["batchnorm", "skipinit"]) expect(await trial(name, 1)).toEqual(await trial(name));
    expect(networkOf(resolveScheme("batchnorm"), { ...options, inputVariance: 1 })).not.toHaveProperty(
      "inputVariance",
    );
  });

  it("raw branches keep their shares, at any size", async () => {
    const usual = await trial("unnormalized");
    // √s_0 is a power of two, so that every number is the same but for it; float32 itself ends at 10^±38.
    for (const inputVariance of [4, 2 ** -20, 2 ** 300, 2 ** -300]) {
      const scaled = await trial("unnormalized", inputVariance);
      expect(scaled.shares).toEqual(usual.shares);
      expect(scaled.skip.variance).toEqual(usual.skip.variance.map((s) => s * inputVariance));
    }
  });
});

describe("a journal", () => {
  const options: SampleOptions = {
    ...{ scheme: resolveScheme("batchnorm"), depth: 4, width: 12, batch: 8, within: [2], trials: 3 },
  };

  it("of before there was an input variance is gone on with, and one of another input refused", async () => {
    const out = join(folder, "run.jsonl");
    await sampleNetworks({ ...options, out });
    const [header] = (await readFile(out, "utf8")).split("\n");
    expect(header).not.toContain("input variance");
    const before = await readFile(out, "utf8");
    await expect(sampleNetworks({ ...options, out, inputVariance: 4 })).rejects.toThrow(
      /its input variance is not set, and here it is 4/,
    );
    expect(await readFile(out, "utf8")).toBe(before);
    const other = join(folder, "other.jsonl");
    const sample = await sampleNetworks({ ...options, out: other, inputVariance: 4 });
    expect(await sampleNetworks({ ...options, out: other, inputVariance: 4 })).toEqual(sample);
    await expect(sampleNetworks({ ...options, out: other })).rejects.toThrow(
      /its input variance is 4, and here it is not set/,
    );
  });
});
