import { describe, expect, it } from "vitest";
import {
  predictConvolutionalMoments,
  resolveScheme,
  zeroPaddingFactor,
} from "../../../src/analytic/index.js";
import { slopeAgainstBlock } from "../../../src/compare/index.js";
import { networkOf, sampleConvolutional } from "../../../src/montecarlo/index.js";
import { InvalidArgumentError } from "../../../src/network/index.js";
import { fillNormal, openStream } from "../../../src/random/index.js";
import { naiveSample } from "../naive.js";

/** Images without any correlation between pixels or images, which is what the prediction assumes. */
function whiteNoise(count: number, size: number, channels: number): Float32Array {
  const images = new Float32Array(count * size * size * channels);
  fillNormal(images, openStream({ seed: 11, purpose: "images" }), 1);
  return images;
}

describe("sampleConvolutional", () => {
  it("measures what plain loops in float64 measure", async () => {
    const shape = { imageSize: 5, batch: 3, channels: 4, depth: 4 };
    const images = whiteNoise(3, 5, 3);
    const sample = await sampleConvolutional({ images, ...shape, trials: 1, seed: 4 });
    const network = networkOf(resolveScheme("batchnorm"), {
      activation: "relu",
      convolutional: true,
      ...shape,
    });
    const { blocks } = naiveSample(network, { seed: 4, trial: 0, images });
    for (const [i, { skip, branch, input }] of blocks.entries()) {
      expect(Math.abs(sample.skip.mean[i] / skip.variance - 1)).toBeLessThan(1e-5);
      expect(Math.abs(sample.branch.mean[i] / branch.variance - 1)).toBeLessThan(1e-5);
      expect(Math.abs(sample.skipSecondMoment.mean[i] / skip.secondMoment - 1)).toBeLessThan(1e-5);
      expect(Math.abs(sample.movingMeanSquared.mean[i] / input.meanSquared - 1)).toBeLessThan(1e-5);
    }
    expect(sample.verdict.status).toBe("inconclusive");
  });

  it("agrees with the prediction on images without correlations, and could tell it from others", async () => {
    const size = 6;
    const [depth, batch, trials] = [20, 32, 24];
    // Pale and strong images by turns: what BatchNorm sees of each image goes on through every block.
    const images = whiteNoise(batch * trials, size, 3).map((value, j) =>
      Math.floor(j / (size * size * 3)) % 2 ? 0.1 * value : 1.4 * value,
    );
    const sample = await sampleConvolutional({ images, imageSize: size, depth, batch, trials, channels: 48 });
    for (const slope of Object.values(sample.slopes)) expect(Math.abs(slope.z)).toBeLessThan(4);
    // Without padding the second moment would grow by 1 a block; the sample must be able to tell.
    const { mean, se } = sample.slopes.skipSecondMoment;
    const uniform = predictConvolutionalMoments({ depth, size }).movingMeanSquared;
    const { movingMeanSquared } = sample.slopes;
    const difference = slopeAgainstBlock(uniform, sample.slopeFrom) - movingMeanSquared.mean;
    expect(difference / movingMeanSquared.se).toBeGreaterThan(4);
    expect((1 - mean) / se).toBeGreaterThan(4);
  });

  it("has trials that do not depend on their number, and slopes by least squares", async () => {
    const images = whiteNoise(4 * 2, 4, 3);
    const options = { images, imageSize: 4, depth: 6, channels: 4, batch: 4, slopeFrom: 2 };
    const [one, two] = [
      await sampleConvolutional({ ...options, trials: 1 }),
      await sampleConvolutional({ ...options, trials: 2 }),
    ];
    const second = two.skip.mean.map((mean, i) => 2 * mean - one.skip.mean[i]);
    expect(Math.abs(two.skip.se[3] - Math.abs(second[3] - one.skip.mean[3]) / 2)).toBeLessThan(1e-9);
    expect(one.slopes.skip.mean).toBeCloseTo(slopeAgainstBlock(one.skip.mean, 2), 12);
  });

  it("refuses too few images, one image and slopes without blocks", async () => {
    const images = whiteNoise(4, 4, 3);
    const options = { images, imageSize: 4, depth: 6, batch: 4 };
    await expect(sampleConvolutional({ ...options, batch: 5 })).rejects.toThrow(
      /images must be at least one/,
    );
    await expect(sampleConvolutional({ ...options, batch: 1 })).rejects.toThrow(InvalidArgumentError);
    await expect(sampleConvolutional({ ...options, slopeFrom: 6 })).rejects.toThrow(/slopeFrom/);
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
