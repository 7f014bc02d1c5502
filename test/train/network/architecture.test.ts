import { describe, expect, it } from "vitest";
import { InvalidArgumentError } from "../../../src/network/errors.js";
import { parseModel, trainingBytes } from "../../../src/train/index.js";
import { designOf } from "../networks.js";

describe("parseModel", () => {
  it.each([
    ["wrn-16-1", 6],
    ["wrn-100-2", 48],
    ["wrn-1000-2", 498],
  ])("%s has the paper's %i blocks", (name, depth) => {
    const { depth: d, blocks } = parseModel(name);
    expect(d).toBe(depth);
    expect(blocks.map(({ block }) => block)).toEqual(Array.from({ length: depth }, (_, i) => i + 1));
  });

  it("marks the transition blocks of wrn-16-1", () => {
    const { blocks, stem } = parseModel("wrn-16-1");
    expect(stem.width).toBe(16);
    expect(blocks.map(({ transition }) => transition)).toEqual([false, false, true, false, true, false]);
    expect(blocks.map(({ stride }) => stride)).toEqual([1, 1, 2, 1, 2, 1]);
    expect(blocks.map(({ inputWidth, width }) => [inputWidth, width])).toEqual([
      [16, 16],
      [16, 16],
      [16, 32],
      [32, 32],
      [32, 64],
      [64, 64],
    ]);
  });

  it("projects in the first stage when it is wider than the stem", () => {
    const [first, second] = parseModel("wrn-16-4").blocks;
    expect(first).toMatchObject({ inputWidth: 16, width: 64, stride: 1, transition: true });
    expect(second.transition).toBe(false);
  });

  it("takes a width factor below 1", () => {
    const { stem, blocks } = parseModel("wrn-100-0.5");
    expect([stem.width, ...new Set(blocks.map(({ width }) => width))]).toEqual([8, 8, 16, 32]);
    expect(blocks[0].transition).toBe(false);
  });

  it.each([
    ["wrn-17-1", "the nearest n is 16 or 22"],
    ["wrn-4-1", "the nearest n is 10"],
    ["wrn-16-0.3", "16k a whole number"],
    ["wrn-16-0", "16k a whole number"],
    ["wrn16-1", 'did you mean "wrn-16-1"?'],
    ["WideResNet 40 2", 'did you mean "wrn-40-2"?'],
    ["resnet50", 'did you mean "resnet-50-v2"?'],
    ["", 'did you mean "wrn-16-1"?'],
  ])("refuses %j: %s", (name, hint) => {
    expect(() => parseModel(name)).toThrow(InvalidArgumentError);
    expect(() => parseModel(name)).toThrow(hint);
  });
});

describe("trainingBytes", () => {
  it("grows with the batch, the area and the width", () => {
    const bytes = (name: string, batch: number, imageSize: number) =>
      trainingBytes({ plan: designOf(name, "batchnorm", { imageSize }).design.plan, batch });
    // Apart from the weights and their gradients.
    const ofImages = (batch: number, imageSize: number) =>
      bytes("wrn-16-1", batch, imageSize) - bytes("wrn-16-1", 0, imageSize);
    expect(ofImages(128, 32)).toBe(2 * ofImages(64, 32));
    expect(ofImages(64, 32)).toBe(4 * ofImages(64, 16));
    expect(bytes("wrn-16-2", 64, 32)).toBeGreaterThan(1.7 * bytes("wrn-16-1", 64, 32));
  });
});
