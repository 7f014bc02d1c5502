import { describe, expect, it } from "vitest";
import { parseArchitecture } from "../../src/network/index.js";

describe("parseArchitecture", () => {
  it.each([
    ["wrn-16-4", 6, undefined],
    ["wrn-100-2", 48, undefined],
    ["wrn-1000-2", 498, undefined],
    ["resnet-50-v2", 16, undefined],
    ["nf-resnet-50", 16, "nfnet"],
    ["pre-ln-12", 24, "pre-ln"],
    ["post-ln-6", 12, "post-ln"],
    ["deepnorm-100", 200, "deepnorm"],
    ["WRN-16-4", 6, undefined],
  ] as const)("%s has %i blocks", (name, depth, scheme) => {
    const architecture = parseArchitecture(name);
    expect(architecture.depth).toBe(depth);
    expect(architecture.scheme).toBe(scheme);
    expect(architecture.blocks.map(({ block }) => block)).toEqual(
      Array.from({ length: depth }, (_, index) => index + 1),
    );
  });

  it.each([
    // 16k channels after a stem of 16: with k = 1 the first stage needs no projection.
    ["wrn-16-1", [3, 5]],
    ["wrn-16-2", [1, 3, 5]],
    ["resnet-50-v2", [1, 4, 8, 14]],
    ["pre-ln-12", []],
  ] as const)("%s has transitions at %j", (name, transitions) => {
    const { blocks } = parseArchitecture(name);
    expect(blocks.filter(({ transition }) => transition).map(({ block }) => block)).toEqual(transitions);
  });

  it("counts within the stages of ResNet-50", () => {
    const { blocks } = parseArchitecture("resnet-50-v2");
    expect(blocks.map(({ place }) => `${place.index}/${place.length}`).join(" ")).toBe(
      "1/3 2/3 3/3 1/4 2/4 3/4 4/4 1/6 2/6 3/6 4/6 5/6 6/6 1/3 2/3 3/3",
    );
    expect(blocks.map(({ layers }) => layers.map(({ stride }) => stride))[3]).toEqual([1, 2, 1]);
  });

  it.each([
    ["wrn-17-2", "the nearest n is 16 or 22"],
    ["wrn-4-1", "the nearest n is 10"],
    ["wideresnet-40-2", 'did you mean "wrn-40-2"?'],
    ["pre-ln-0", "a number of layers from 1"],
    ["resnet-51", "one of wrn-n-k, resnet-50-v2"],
    ["", "one of wrn-n-k"],
  ])("refuses %j: %s", (name, message) => {
    expect(() => parseArchitecture(name)).toThrow(message);
    expect(() => parseArchitecture(name)).toThrow(/^architecture must be/);
  });
});
