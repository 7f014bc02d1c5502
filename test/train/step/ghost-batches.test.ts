import { describe, expect, it } from "vitest";
import { ghostBatches } from "../../../src/train/index.js";

describe("ghostBatches", () => {
  it.each([
    [64, 64, [64]],
    [128, 64, [64, 64]],
    [100, 64, [50, 50]],
    [65, 64, [33, 32]],
    [10, 3, [3, 3, 2, 2]],
    [5, 1, [1, 1, 1, 1, 1]],
  ])("%i by %i: %j", (batch, ghostBatch, sizes) => {
    const ghosts = ghostBatches(batch, ghostBatch);
    expect(ghosts.map(({ size }) => size)).toEqual(sizes);
    expect(ghosts.map(({ weight }) => weight * batch)).toEqual(sizes);
    expect(ghosts.map(({ start }) => start)).toEqual(
      sizes.map((_, index) => sizes.slice(0, index).reduce((total, size) => total + size, 0)),
    );
  });
});
