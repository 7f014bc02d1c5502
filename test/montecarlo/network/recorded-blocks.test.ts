import { describe, expect, it } from "vitest";
import { recordedBlocks } from "../../../src/montecarlo/network/recorded-blocks.js";

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
