import { describe, expect, it } from "vitest";
import { pathLengths, predictProfile, resolveScheme } from "../../../src/analytic/index.js";
import { fitWeightedLine } from "../../../src/compare/index.js";
import { sampleBackward, sampleNetworks, sampleSizes } from "../../../src/montecarlo/index.js";
import type { Comparison } from "../../../src/network/index.js";

const batchnorm = resolveScheme("batchnorm");

describe("sampleSizes", () => {
  it("fits a line in 1/width through the samples of each width, and judges where it ends", async () => {
    const options = { scheme: batchnorm, depth: 12, batch: 16, trials: 12, within: [3] };
    const { numbers, sizes, trials, ...document } = await sampleSizes({
      ...options,
      along: "width",
      sizes: [48, 24, 96, 24],
    });
    expect(sizes).toEqual([24, 48, 96]);
    expect(trials).toEqual([12, 12, 12]);
    expect(document).toMatchObject({ along: "width", network: { batch: 16, depth: 12 } });
    expect(document.network).not.toHaveProperty("width");
    const samples = await Promise.all(sizes.map((width) => sampleNetworks({ ...options, width })));
    expect(numbers.map(({ label }) => label)).toEqual(["mean length", "P(K ≤ 3)"]);
    // The same numbers as those of the samples alone, which are not judged here.
    const measured = ({ band: _, status, biasSeen, ...number }: Comparison) => number;
    expect(numbers[0].points).toEqual(samples.map(({ meanLength }) => measured(meanLength)));
    expect(numbers[1].points).toEqual(samples.map(({ within }) => measured(within[3])));
    expect(document.verdict.notJudged?.map(({ label }) => label)).toEqual(["the numbers at each size"]);
    const line = fitWeightedLine(
      numbers[0].points.map(({ mean, se }, index) => ({ x: 1 / sizes[index], mean, se, freedom: 11 })),
    );
    expect(numbers[0]).toMatchObject({
      slope: line.slope,
      slopeError: line.slopeError,
      chiSquare: line.chiSquare,
    });
    expect(numbers[0].limit).toMatchObject({ mean: line.intercept });
    const misfit = Math.max(1, Math.sqrt(line.chiSquare / (sizes.length - 2)));
    expect(numbers[0].limit.se / (line.interceptError * misfit)).toBeCloseTo(1, 12);
    expect(numbers[0].limit.theory).toBe(samples[0].meanLength.theory);
    // The theory's own p-values, of two numbers judged together.
    for (const { limit } of numbers) expect(limit.pCorrected).toBeGreaterThanOrEqual(limit.p as number);
    expect(document.verdict.reason).toContain("at infinite width");
  });

  it("compares batch sizes each with its own theory, and the limit with that of an infinite batch", async () => {
    const { numbers, ...document } = await sampleSizes({
      scheme: batchnorm,
      depth: 12,
      width: 64,
      trials: 6,
      within: [3],
      along: "batch",
      sizes: [8, 32],
    });
    expect(document).toMatchObject({ along: "batch", network: { width: 64 }, sizes: [8, 32] });
    expect(document.network).not.toHaveProperty("batch");
    const infinite = pathLengths(predictProfile({ scheme: batchnorm, depth: 12 }));
    const [{ points, limit }] = numbers;
    expect(limit.theory).toBeCloseTo(infinite.mean, 12);
    // q_1 is 1/(2 − 1/B).
    expect(points[0].theory).toBeGreaterThan(points[1].theory);
    expect(points[1].theory).toBeGreaterThan(limit.theory);
    expect(numbers[1].limit.theory).toBeCloseTo(infinite.cdf(3), 12);
  });

  it("refuses one size, and before any work a size that cannot be", async () => {
    const options = { scheme: batchnorm, depth: 4, onTrial: () => expect.fail("it started") };
    await expect(sampleSizes({ ...options, along: "width", sizes: [8, 8] })).rejects.toThrow(/two different/);
    await expect(sampleSizes({ ...options, along: "batch", sizes: [8, 1] })).rejects.toThrow(
      /batch must be at least 2/,
    );
  });
});

describe("sampleBackward", () => {
  it("agrees with the predicted growth and path lengths of an unnormalised gradient", async () => {
    const sample = await sampleBackward({
      scheme: resolveScheme("unnormalized"),
      depth: 6,
      width: 96,
      batch: 4,
      trials: 16,
      within: [3],
      atBlocks: [4],
    });
    expect(sample.predicted.logSquaredNorm[0]).toBeCloseTo(6 * Math.log(2), 10);
    expect(sample.squaredNorm.mean).toHaveLength(6);
    for (let i = 0; i < 6; i++) {
      const z = (sample.squaredNorm.mean[i] - 2 ** (6 - i)) / sample.squaredNorm.se[i];
      expect(Math.abs(z)).toBeLessThan(4.5);
    }
    expect(sample.meanLength.theory).toBeCloseTo(3, 12);
    expect(Math.abs(sample.meanLength.z)).toBeLessThan(4.5);
    expect(sample.atBlocks?.[0]).toMatchObject({ block: 4, meanLength: { theory: 1.5 } });
    expect(sample.growth.mean).toBeCloseTo(sample.squaredNorm.mean[0] / 64, 10);
    expect(sample.verdict.status).toBe("cannot-tell");
  });

  it("is the same on two threads, and refuses what has no prediction", async () => {
    const options = { scheme: batchnorm, depth: 5, width: 12, batch: 8, trials: 3 };
    expect(await sampleBackward({ ...options, workers: 2 })).toEqual(await sampleBackward(options));
    await expect(sampleBackward({ ...options, sampler: "gram" })).rejects.toThrow(/sampler must be/);
    await expect(sampleBackward({ ...options, activation: "gelu" })).rejects.toThrow(/activation must be/);
    await expect(sampleBackward({ ...options, quantity: "branch" })).rejects.toThrow(/gradient-norm/);
  });
});
