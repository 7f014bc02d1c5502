import { describe, expect, it } from "vitest";
import { binomialLaw, resolveScheme } from "../../src/analytic/index.js";
import { averageLaw } from "../../src/montecarlo/average-law.js";
import { networkOf } from "../../src/montecarlo/index.js";
import { fromPortable, toPortable } from "../../src/montecarlo/portable-network.js";
import { recordedBlocks } from "../../src/montecarlo/recorded-blocks.js";
import { parseArchitecture, SCHEME_NAMES } from "../../src/network/index.js";

describe("a network on its way to a thread", () => {
  it.each(SCHEME_NAMES.filter((name) => name !== "custom"))("%s keeps its scales, to the bit", (name) => {
    const network = networkOf(resolveScheme(name), { depth: 7, batch: 8 });
    const { scheme, ...rest } = fromPortable(structuredClone(toPortable(network)));
    const { scheme: original, ...others } = network;
    expect(rest).toEqual(others);
    for (let block = 1; block <= 7; block++) {
      for (const scale of ["skipScale", "branchScale", "survival"] as const) {
        expect(scheme[scale]?.(block, 7)).toBe(original[scale]?.(block, 7));
      }
    }
    expect(scheme).toMatchObject({ name, title: original.title, normalizer: original.normalizer });
  });

  it("has the scales of its place in a stage", () => {
    const architecture = parseArchitecture("nf-resnet-50");
    const network = networkOf(resolveScheme("nfnet"), { architecture, width: 16 });
    const { scheme } = fromPortable(structuredClone(toPortable(network)));
    for (const { block, place } of architecture.blocks) {
      expect(scheme.skipScale(block, 16, place)).toBe(network.scheme.skipScale(block, 16, place));
      expect(scheme.branchScale(block, 16, place)).toBe(network.scheme.branchScale(block, 16, place));
    }
  });
});

describe("recordedBlocks", () => {
  it("is every block up to 1,000, and then 1,000 different ones with both ends", () => {
    expect(Array.from(recordedBlocks(3))).toEqual([1, 2, 3]);
    expect(recordedBlocks(1000)[999]).toBe(1000);
    for (const depth of [1001, 1999, 10_000, 1_000_000]) {
      const blocks = recordedBlocks(depth);
      expect([blocks.length, new Set(blocks).size, blocks[0], blocks[999]]).toEqual([1000, 1000, 1, depth]);
    }
  });
});

describe("averageLaw", () => {
  it("is the mixture of its laws in equal parts", () => {
    const laws = [0.1, 0.4].map((probability) => binomialLaw({ depth: 10, probability }));
    const average = averageLaw(laws);
    expect(average.mean).toBeCloseTo(2.5, 14);
    for (let k = 0; k <= 10; k++) {
      expect(average.pmf(k)).toBeCloseTo((laws[0].pmf(k) + laws[1].pmf(k)) / 2, 15);
      expect(average.cdf(k) + average.sf(k)).toBeCloseTo(1, 14);
    }
    const median = average.quantile(0.5);
    expect(average.cdf(median)).toBeGreaterThanOrEqual(0.5);
    expect(average.cdf(median - 1)).toBeLessThan(0.5);
    expect(averageLaw([laws[0]])).toBe(laws[0]);
  });
});
