import { beforeAll, describe, expect, it } from "vitest";
import { batchStatistics, tensorStatistics } from "../../../src/montecarlo/layers/statistics.js";
import { openStream } from "../../../src/random/index.js";
import { startTensors, tf } from "../../../src/tensor/index.js";

beforeAll(async () => {
  await startTensors();
});

/** Two features over four rows: means 4 and −1, variances 5 and 0.5. */
const X = [
  [1, -1],
  [3, 0],
  [5, -2],
  [7, -1],
];

describe("batchStatistics", () => {
  it("are what their formulas say of a tensor of known answer", () => {
    const statistics = batchStatistics(X.flat(), { rows: 4, features: 2 });
    expect(Array.from(statistics.means)).toEqual([4, -1]);
    expect(Array.from(statistics.variances)).toEqual([5, 0.5]);
    expect(statistics.variance).toBe(2.75);
    expect(statistics.meanSquared).toBe(8.5);
    expect(statistics.secondMoment).toBe((1 + 9 + 25 + 49 + 1 + 0 + 4 + 1) / 8);
    // Half the squared difference of two numbers, over two: (2² + 3² + 7² + 8²) / 4 each, mean over four rows.
    expect(statistics.channelVariance).toBe((4 + 9 + 49 + 64) / 4 / 4);
  });

  it("become what three other tools call the average channel variance (docs/statistics.md)", () => {
    const variance = (values: number[], divisor: number) => {
      const mean = values.reduce((a, b) => a + b) / values.length;
      return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / divisor;
    };
    const average = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    const channels = [0, 1].map((channel) => X.map((row) => row[channel]));
    const ours = batchStatistics(X.flat(), { rows: 4, features: 2 });
    expect(ours.variance).toBe(average(channels.map((channel) => variance(channel, 4))));
    const unbiased = average(channels.map((channel) => variance(channel, 3)));
    expect((ours.variance * 4) / 3).toBeCloseTo(unbiased, 14);
    expect(unbiased.toFixed(2)).toBe("3.67");
    expect(ours.channelVariance * 2).toBe(average(X.map((row) => variance(row, 1))));
    expect(ours.channelVariance * 2).toBe(15.75);
  });

  it("are not lost beside a large mean", () => {
    const shifted = X.flat().map((x) => x + 1e8);
    expect(batchStatistics(shifted, { rows: 4, features: 2 }).variance).toBe(2.75);
  });
});

describe("tensorStatistics", () => {
  // Whole strips of the kernel, what is left beside them, and an odd number of features.
  it.each([
    [1, 1],
    [5, 3],
    [7, 8],
    [64, 24],
    [33, 27],
  ])("finds the same in a tensor of %i rows and %i features", (rows, features) => {
    const stream = openStream({ seed: 0, purpose: "test", index: [rows, features] });
    const x = Float32Array.from({ length: rows * features }, () => 3 + stream.nextUniform());
    const tensor = tf.tensor2d(x, [rows, features]);
    const found = tensorStatistics(tensor);
    const expected = batchStatistics(x, { rows, features });
    // Float64 sums in another order: rows·2⁻⁵³ of their terms, some of which are squares of 4.
    const bound = 16 * rows * features * 2 ** -53;
    for (const name of ["variance", "meanSquared", "secondMoment", "channelVariance"] as const) {
      expect(Math.abs(found[name] - expected[name])).toBeLessThan(bound);
    }
    for (let f = 0; f < features; f++) {
      expect(Math.abs(found.means[f] - expected.means[f])).toBeLessThan(bound);
      expect(Math.abs(found.variances[f] - expected.variances[f])).toBeLessThan(bound);
    }
    tensor.dispose();
  });
});
