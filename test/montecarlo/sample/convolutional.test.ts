import { describe, expect, it } from "vitest";
import {
  predictConvolutionalMoments,
  resolveScheme,
  zeroPaddingFactor,
} from "../../../src/analytic/index.js";
import { slopeAgainstBlock } from "../../../src/compare/index.js";
import {
  networkOf,
  type SampledImages,
  type SampleOptions,
  sampleBackward,
  sampleBlockVariances,
  sampleNetworks,
} from "../../../src/montecarlo/index.js";
import { InvalidArgumentError } from "../../../src/network/index.js";
import { fillNormal, openStream } from "../../../src/random/index.js";
import { naiveSample } from "../naive.js";

/** Images without any correlation between pixels or images, which is what the prediction assumes. */
function whiteNoise(count: number, size: number, channels: number): Float32Array {
  const images = new Float32Array(count * size * size * channels);
  fillNormal(images, openStream({ seed: 11, purpose: "images" }), 1);
  return images;
}

/** A batch for every trial, one after the other. */
function batchesOf(images: Float32Array, trials: number): SampledImages {
  const length = images.length / trials;
  return {
    name: "noise",
    checksums: {},
    predictedBatches: trials,
    batch: (trial) => images.slice(trial * length, (trial + 1) * length),
  };
}

const relu = { scheme: resolveScheme("batchnorm"), activation: "relu", convolutional: true } as const;

describe("sampleBlockVariances of images", () => {
  it("measures what plain loops in float64 measure", async () => {
    const shape = { imageSize: 5, batch: 3, channels: 4, depth: 4 };
    const images = whiteNoise(3, 5, 3);
    const sample = await sampleBlockVariances({
      ...relu,
      ...shape,
      images: batchesOf(images, 1),
      trials: 1,
      seed: 4,
    });
    expect(sample).toMatchObject({
      network: { images: "noise", dataChecksums: {}, width: 4 },
      attribution: "covariance",
    });
    const network = networkOf(relu.scheme, { ...relu, ...shape });
    const { blocks } = naiveSample(network, { seed: 4, trial: 0, images });
    for (const [i, { skip, branch, input }] of blocks.entries()) {
      expect(Math.abs(sample.skip.mean[i] / skip.variance - 1)).toBeLessThan(1e-5);
      expect(Math.abs(sample.branch.mean[i] / branch.variance - 1)).toBeLessThan(1e-5);
      expect(Math.abs(sample.skipSecondMoment.mean[i] / skip.secondMoment - 1)).toBeLessThan(1e-5);
      expect(Math.abs(sample.movingMeanSquared.mean[i] / input.meanSquared - 1)).toBeLessThan(1e-5);
    }
    expect(sample.verdict.status).toBe("cannot-tell");
  });

  it("agrees with the prediction on images without correlations, and could tell it from others", async () => {
    const size = 6;
    const [depth, batch, trials] = [20, 32, 24];
    // Pale and strong images by turns: what BatchNorm sees of each image goes on through every block.
    const images = whiteNoise(batch * trials, size, 3).map((value, j) =>
      Math.floor(j / (size * size * 3)) % 2 ? 0.1 * value : 1.4 * value,
    );
    const { slopeFrom, slopes, predicted } = await sampleBlockVariances({
      ...relu,
      ...{ images: batchesOf(images, trials), imageSize: size, depth, batch, trials, channels: 48 },
      slopeFrom: 2,
    });
    if (!slopes || !slopeFrom) throw new Error("a normalised network has slopes");
    for (const slope of Object.values(slopes)) expect(Math.abs(slope.z)).toBeLessThan(4);
    // The prediction is the mean of those of all batches, as the map-by-map recursion has them.
    const one = images.length / trials;
    const each = Array.from({ length: trials }, (_, trial) =>
      predictConvolutionalMoments({
        depth,
        size,
        images: { data: images.slice(trial * one, (trial + 1) * one), count: batch, channels: 3 },
      }),
    );
    for (const name of ["skip", "branch", "skipSecondMoment", "movingMeanSquared"] as const) {
      for (let i = 0; i < depth; i++) {
        const mean = each.reduce((sum, moments) => sum + moments[name][i], 0) / trials;
        expect(predicted[name]?.[i], name).toBeCloseTo(mean, 10);
      }
    }
    // Without padding the second moment would grow by 1 a block; the sample must be able to tell.
    const { mean, se } = slopes.skipSecondMoment;
    const uniform = predictConvolutionalMoments({ depth, size }).movingMeanSquared;
    const { movingMeanSquared } = slopes;
    const difference = slopeAgainstBlock(uniform, slopeFrom) - movingMeanSquared.mean;
    expect(difference / movingMeanSquared.se).toBeGreaterThan(4);
    expect((1 - mean) / se).toBeGreaterThan(4);
  });

  it("fits its slopes by least squares, from the block that it is told", async () => {
    const images = batchesOf(whiteNoise(4 * 2, 4, 3), 2);
    const options = { ...relu, images, imageSize: 4, depth: 6, channels: 4, batch: 4, trials: 1 };
    const later = await sampleBlockVariances({ ...options, slopeFrom: 3 });
    const all = await sampleBlockVariances(options);
    expect(later.slopeFrom).toBe(3);
    expect(all).not.toHaveProperty("slopeFrom");
    expect(later.skip).toEqual(all.skip);
    for (const name of ["skip", "skipSecondMoment", "movingMeanSquared"] as const) {
      for (const [{ slopes, predicted }, from] of [[later, 3] as const, [all, 1] as const]) {
        expect(slopes?.[name].mean).toBeCloseTo(slopeAgainstBlock(all[name].mean.map(Number), from), 12);
        const theory = (predicted[name] ?? []).map(Number);
        expect(slopes?.[name].theory).toBeCloseTo(slopeAgainstBlock(theory, from), 12);
      }
    }
  });

  it("fits the slopes of very deep networks over the recorded blocks from there on", async () => {
    const options = { scheme: relu.scheme, depth: 2500, width: 2, batch: 4, trials: 1, slopeFrom: 1000 };
    const { blocks = [], skip, slopes } = await sampleBlockVariances(options);
    const from = 1 + blocks.findIndex((block) => block >= 1000);
    expect(blocks[from - 1]).toBeLessThan(1004);
    expect(slopes?.skip.mean).toBeCloseTo(slopeAgainstBlock(skip.mean.map(Number), from, blocks), 12);
    // Of the last two recorded blocks the last but one is not block 2,499.
    await expect(sampleBlockVariances({ ...options, slopeFrom: 2499 })).rejects.toThrow(/^slopeFrom must be/);
  });

  it("predicts the first four batches unless it is told", async () => {
    const asked: number[] = [];
    const given = batchesOf(whiteNoise(2 * 6, 4, 3), 6);
    const { predictedBatches: _, ...images } = {
      ...given,
      batch: (trial: number) => {
        asked.push(trial);
        return given.batch(trial);
      },
    };
    const options = { ...relu, imageSize: 4, depth: 2, channels: 4, batch: 2, trials: 6 };
    await sampleBlockVariances({ ...options, images });
    expect(asked.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(asked).toHaveLength(4 + 6);
    await sampleBlockVariances({ ...options, images: { ...images, predictedBatches: 6 } });
    expect(asked).toHaveLength(4 + 6 + 12);
    const none = { ...options, images: { ...images, predictedBatches: 0 } };
    await expect(sampleBlockVariances(none)).rejects.toThrow(/^images.predictedBatches must be/);
  });

  it("refuses batches of another size, and slopes without blocks or where there are none", async () => {
    const images = batchesOf(whiteNoise(4, 4, 3), 1);
    const options: SampleOptions = { ...relu, images, imageSize: 4, depth: 6, batch: 4, trials: 1 };
    await expect(sampleBlockVariances({ ...options, batch: 5 })).rejects.toThrow(InvalidArgumentError);
    await expect(sampleBlockVariances({ ...options, slopeFrom: 6 })).rejects.toThrow(/^slopeFrom must be/);
    const raw = { scheme: resolveScheme("unnormalized"), depth: 6, slopeFrom: 2 };
    await expect(sampleNetworks(raw)).rejects.toThrow(/^slopeFrom must be absent here/);
    await expect(sampleBackward(raw)).rejects.toThrow(/^slopeFrom must be absent for gradients/);
  });
});

describe("predictConvolutionalMoments", () => {
  it("is 1, 1/π and 1 − 1/π for a map in which padding plays no part", () => {
    const moments = predictConvolutionalMoments({ depth: 5, size: 7, kernel: 1 });
    expect(moments.skipSecondMoment[4]).toBeCloseTo(5, 12);
    expect(moments.movingMeanSquared[4]).toBeCloseTo(4 / Math.PI, 12);
    expect(moments.branch[4]).toBeCloseTo(1 - 1 / Math.PI, 12);
  });

  it("starts at the padding factor, and grows a little faster than it", () => {
    for (const size of [4, 8, 32]) {
      const factor = zeroPaddingFactor({ size, kernel: 3 });
      const { skipSecondMoment, movingMeanSquared } = predictConvolutionalMoments({ depth: 60, size });
      expect(skipSecondMoment[0]).toBeCloseTo(factor, 12);
      const growth = skipSecondMoment[59] - skipSecondMoment[58];
      expect(growth).toBeGreaterThan(factor);
      expect(growth).toBeLessThan(1);
      expect(movingMeanSquared[59] - movingMeanSquared[58]).toBeLessThan(growth / Math.PI);
    }
  });

  it("takes images of equal pixels for what it assumes without images, and checks their number", () => {
    const data = new Float32Array(2 * 16).map((_, j) => (j < 16 ? 1 : -1));
    const images = { data, count: 2, channels: 1 };
    const given = predictConvolutionalMoments({ depth: 8, size: 4, images });
    const assumed = predictConvolutionalMoments({ depth: 8, size: 4 });
    for (const name of ["skip", "branch", "skipSecondMoment", "movingMeanSquared"] as const) {
      for (let i = 0; i < 8; i++) expect(given[name][i]).toBeCloseTo(assumed[name][i], 12);
    }
    expect(() => predictConvolutionalMoments({ depth: 8, size: 5, images })).toThrow(InvalidArgumentError);
  });

  it("is the recursion by hand on a map of one pixel, where only the centre tap is inside", () => {
    const { skipSecondMoment, movingMeanSquared } = predictConvolutionalMoments({ depth: 3, size: 1 });
    for (let i = 0; i < 3; i++) {
      expect(skipSecondMoment[i]).toBeCloseTo((i + 1) / 9, 12);
      expect(movingMeanSquared[i]).toBeCloseTo(i / 9 / Math.PI, 12);
    }
  });
});
