import { describe, expect, it } from "vitest";
import { sampleOptions } from "../../../src/cli/sample/options.js";
import { vocabularyOf } from "../../../src/cli/sweep/vocabulary.js";
import { WITHHELD } from "../../../src/cli/sweep/withheld.js";
import { trainOptions } from "../../../src/cli/train-options.js";
import { planTraining } from "../../../src/train/index.js";
import { trainingBytes } from "../../../src/train/network/memory.js";

const train = await vocabularyOf("train");
const sample = await vocabularyOf("sample");

describe("the options that a sweep may set", () => {
  it.each([
    ["train", train, trainOptions],
    ["sample", sample, sampleOptions],
  ] as const)("are those of %s but for the withheld ones, which it all has", (command, { options }, all) => {
    const names = [...Object.keys(all), "debug"];
    const withheld = Object.keys(WITHHELD[command]);
    expect(names).toEqual(expect.arrayContaining(withheld));
    expect([...options].sort()).toEqual(names.filter((name) => !withheld.includes(name)).sort());
  });

  it("have the values that the command makes of them", () => {
    expect(train.parse("lr", "1e-1")).toBe(0.1);
    expect(train.parse("alpha", "1/2")).toBe("1/2");
    expect(train.parse("test-every", "0.5epochs")).toEqual({ epochs: 0.5 });
    expect(train.parse("probe", "every=5,images=8")).toEqual({ probeEvery: { steps: 5 }, probeImages: 8 });
    expect(train.parse("scheme", "BatchNorm")).toBe("batchnorm");
    expect([train.parse("augment", false), sample.parse("paths", true)]).toEqual([false, true]);
    expect(sample.parse("within", "10,15")).toEqual([10, 15]);
  });

  it("are refused as the command would", () => {
    expect(() => train.parse("lr", -1)).toThrow("--lr must be a positive number, not -1");
    expect(() => train.parse("augment", "no")).toThrow('--augment must be true or false, not "no"');
    expect(() => train.parse("lr", true)).toThrow("--lr must be a number or text, not true");
  });
});

describe("settings together", () => {
  const wrn = { model: "wrn-16-1", scheme: "skipinit", steps: 10 };
  const net = { scheme: "batchnorm", depth: 20 };

  it.each([
    [train, wrn],
    [train, { ...wrn, "image-size": 16, "test-every": "5", lr: 0.1, augment: false }],
    [sample, net],
    [sample, { ...net, width: 32, batch: 16, within: "3,5", "at-block": 10 }],
    [sample, { ...net, convolutional: true, images: "cifar10", "image-size": 16 }],
  ])("that can be run", async ({ check }, settings) => {
    await expect(check(settings)).resolves.toBeUndefined();
  });

  it.each([
    [
      train,
      { ...wrn, scheme: undefined as never },
      "--scheme is missing in fixed and grid: respath train needs it",
    ],
    [train, { ...wrn, epochs: 1 }, "--steps must be absent with --epochs"],
    [train, { ...wrn, "image-size": 20 }, "--image-size must be one of 32, 16, 8 with cifar10, not 20"],
    [train, { ...wrn, model: "wrn-17-1" }, "--model must be"],
    [train, { ...wrn, data: "nowhere" }, "--data must be"],
    [train, { ...wrn, "ghost-batch": 128 }, "--ghost-batch must be"],
    [sample, { scheme: "batchnorm" }, "--depth"],
    [sample, { ...net, batch: 1 }, "--batch must be at least 2 for batchnorm"],
    [sample, { ...net, trials: 8, precision: 0.1 }, "--trials must be absent with --precision"],
    [sample, { ...net, backward: true, paths: false }, "leave --no-paths out"],
    [sample, { ...net, images: "cifar10" }, "--images must be gaussian without --convolutional"],
    [sample, { ...net, sampler: "gram" }, "--sampler must be auto or direct here"],
  ])("that cannot", async ({ check }, settings, message) => {
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    await expect(check(given)).rejects.toThrow(message);
  });
});

describe("what a job is expected to take", () => {
  const wrn = { model: "wrn-16-1", scheme: "batchnorm", "image-size": 16, batch: 32, "test-images": 0 };

  it("is steps of so many operations", async () => {
    const ten = await train.cost({ ...wrn, steps: 10 });
    const twenty = await train.cost({ ...wrn, steps: 20 });
    expect(ten.work).toBe(10 * ten.unit);
    expect(twenty).toEqual({ ...ten, work: 20 * ten.unit });
    // An epoch of CIFAR-10's 50,000 images, to the whole step.
    expect((await train.cost({ ...wrn, epochs: 1 })).work).toBe(1563 * ten.unit);
    // A test image is a forward pass, about a third of a step's image.
    const tested = await train.cost({ ...wrn, steps: 10, "test-images": 320, "test-every": 5 });
    const share = (tested.work - ten.work) / (20 * ten.unit);
    expect(share).toBeGreaterThan(0.33);
    expect(share).toBeLessThan(0.4);
  });

  it("has the memory of a ghost batch", async () => {
    const bytesOf = async (batch: number) => (await train.cost({ ...wrn, batch, steps: 1 })).bytes;
    const { design } = planTraining({ model: "wrn-16-1", scheme: "batchnorm", imageSize: 16, steps: 1 });
    const step = (batch: number) => trainingBytes({ plan: design.plan, batch });
    expect((await bytesOf(64)) - (await bytesOf(32))).toBeCloseTo(step(64) - step(32), -1);
    // A larger batch goes through in ghost batches of 64.
    expect(await bytesOf(256)).toBe(await bytesOf(64));
  });

  it("is trials of a sampled network, and as much for a block more", async () => {
    const costOf = (depth: number, trials: number) =>
      sample.cost({ scheme: "pre-ln", depth, width: 32, batch: 8, paths: false, trials });
    const shallow = await costOf(100, 4);
    expect(shallow.work).toBe(4 * shallow.unit);
    const deeper = (await costOf(200, 4)).unit - shallow.unit;
    expect(deeper / shallow.unit).toBeCloseTo(1, 1);
    // Beyond what is prepared, in proportion.
    expect((await costOf(4000, 4)).unit).toBeCloseTo(4 * (await costOf(1000, 4)).unit, -3);
  });
});
