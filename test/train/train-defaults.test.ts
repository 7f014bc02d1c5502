import { describe, expect, it, vi } from "vitest";
import { parseAlpha, parseScale } from "../../src/analytic/expression.js";
import { configureScheme, resolveScheme } from "../../src/analytic/index.js";
import { planTraining, type TrainOptions, train } from "../../src/train/index.js";
import { recordedSettings } from "../../src/train/run/train-options.js";
import { easyImages } from "./images.js";

/** In place of CIFAR-10, which has to be fetched. */
vi.mock("../../src/data/index.js", async (original) => {
  const { easyImages } = await import("./images.js");
  return {
    ...(await original<object>()),
    loadCifar10: async () => ({ train: easyImages(40), test: easyImages(20), checksums: { "a.bin": "0" } }),
  };
});

const settings = { model: "wrn-10-0.25", steps: 2, batch: 20, imageSize: 8, testImages: 0 } as const;
const run = (more: Pick<TrainOptions, "scheme" | "alpha">) =>
  train({ ...settings, ...more, data: { train: easyImages(40) } });

describe("train takes a scheme as everything else does", () => {
  it("a name in any case and an object give one run, recorded under the scheme's name", async () => {
    const named = await run({ scheme: "skipinit", alpha: "0.5" });
    const scheme = resolveScheme("skipinit", parseAlpha("0.5"));
    for (const given of [{ scheme: "SkipInit", alpha: "0.5" }, { scheme }]) {
      const other = await run(given);
      expect(other).toMatchObject({ scheme: "skipinit", alpha: "0.5", weightsSha256: named.weightsSha256 });
      expect(other.provenance?.arguments).toMatchObject({ scheme: "skipinit", alpha: "0.5" });
    }
  });

  it("and records the expressions of all its scales", () => {
    const scheme = configureScheme("custom", {
      alpha: parseScale("0.2"),
      skip: parseScale("1/sqrt(2)"),
      normalized: true,
    });
    expect(recordedSettings({ ...settings, scheme })).toMatchObject({
      scheme: "custom",
      alpha: "0.2",
      skip: "1/sqrt(2)",
      normalized: true,
    });
  });

  it("refuses a scale beside a scheme that has its own", () => {
    const scheme = resolveScheme("skipinit");
    for (const more of [{ alpha: "1" }, { skip: "1" }, { survival: "1" }, { normalized: true }]) {
      expect(() => planTraining({ ...settings, scheme, ...more })).toThrow(/must be absent with a `scheme`/);
    }
  });

  it("offers only schemes that can be trained", () => {
    expect(() => planTraining({ ...settings, scheme: "fixp" })).toThrow(
      /^scheme must be one of (?!.*pre-ln)/,
    );
    expect(() => planTraining({ ...settings, scheme: "sqrt2", alpha: "1" })).toThrow(/only (?!.*deepnorm)/);
    expect(() => planTraining({ ...settings, scheme: resolveScheme("pre-ln") })).toThrow(/to be trained/);
  });
});

describe("what is left out is the command line's", () => {
  it("CIFAR-10", async () => {
    const { model, steps, batch, imageSize } = settings;
    const run = await train({ model, steps, batch, imageSize, scheme: "sqrt2" });
    expect(run).toMatchObject({ dataSet: "cifar10", dataChecksums: { "a.bin": "0" }, testImages: 20 });
    expect(run.learningRate).toBe(0.1);
  });

  it("a learning rate of 0.1", () => {
    expect(planTraining({ ...settings, scheme: "sqrt2" }).learningRate).toBe(0.1);
    expect(() => planTraining({ ...settings, scheme: "sqrt2", learningRate: 0 })).toThrow(/learning rate/);
  });

  it("names in any case", () => {
    const plan = planTraining({ ...settings, scheme: "BN", schedule: "Cosine" as never, l2On: "All" });
    expect(plan).toMatchObject({ schedule: "cosine", scheme: { name: "batchnorm" } });
    expect(plan.recipe.l2On).toContain("bias");
  });
});
