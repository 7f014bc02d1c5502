import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme, sampleBlockVariances, type VarianceSampleDocument } from "../../src/index.js";
import { fillNormal, openStream } from "../../src/random/index.js";
import { claimFigure4b } from "../../src/reproduce/figure-4b.js";
import { limitOfThreeTrials, movedTo, slopeOf } from "./references.js";

const SLOPES = ["skip", "skipSecondMoment", "movingMeanSquared"] as const;
let sample: VarianceSampleDocument & Required<Pick<VarianceSampleDocument, "slopes">>;

beforeAll(async () => {
  const [size, batch, trials] = [8, 4, 3];
  const images = new Float32Array(trials * batch * size * size * 3);
  fillNormal(images, openStream({ seed: 3, purpose: "images" }), 1);
  const numbers = images.length / trials;
  const { slopes, ...rest } = await sampleBlockVariances({
    scheme: resolveScheme("batchnorm"),
    activation: "relu",
    convolutional: true,
    ...{ imageSize: size, batch, trials, depth: 20, channels: 12, slopeFrom: 2, seed: 1 },
    images: {
      name: "noise",
      checksums: {},
      predictedBatches: trials,
      batch: (trial) => images.slice(trial * numbers, (trial + 1) * numbers),
    },
  });
  if (!slopes) throw new Error("a normalised network has slopes");
  sample = { ...rest, slopes };
});

function withScores(scores: readonly number[]): VarianceSampleDocument {
  const { slopes } = sample;
  const [skip, skipSecondMoment, movingMeanSquared] = SLOPES.map((name, index) =>
    movedTo(scores[index], slopes[name]),
  );
  return { ...sample, slopes: { skip, skipSecondMoment, movingMeanSquared } };
}

describe("claim 4", () => {
  it("has the three slopes of the sample, and the share of the taps inside the map", () => {
    const { numbers } = claimFigure4b(sample);
    expect(sample.slopeFrom).toBe(2);
    expect(numbers.map(({ label }) => label)).toEqual([
      "slope of the skip path's variance",
      "slope of the skip path's second moment",
      "slope of the squared moving mean",
      "share of the 3×3 taps inside the map (zero padding), exact",
    ]);
    for (const [index, name] of SLOPES.entries()) {
      const { value, se, theory, z } = numbers[index];
      const found = slopeOf(sample[name].mean, 2);
      expect(Math.abs(Number(value) - found), name).toBeLessThan(1e-5 * found);
      expect(Number(theory), name).toBeCloseTo(slopeOf(sample.predicted[name]!.map(Number), 2), 10);
      expect(z).toBeCloseTo((Number(value) - Number(theory)) / se!, 9);
    }
    // ((3S − 2)/(3S))²; the paper's notes have 0.840 at 8.
    expect(numbers[3]).toEqual({ label: numbers[3].label, value: expect.closeTo((22 / 24) ** 2, 12) });
  });

  it("expects 1, 1/π and the rest, each times a little more than zero padding leaves of equal pixels", () => {
    const [skip, second, mean] = claimFigure4b(sample).numbers.map(({ theory }) => Number(theory));
    // Of 8 sites in a row the outer taps of a kernel find 7; those of the border, which are missed, are the weaker ones.
    expect(second).toBeGreaterThan((22 / 24) ** 2);
    expect(second).toBeLessThan(1);
    // In the mean over a map each tap counts by itself: as much as it finds, squared.
    expect(Math.PI * mean).toBeGreaterThan(((1 + 2 * (7 / 8) ** 2) / 3) ** 2);
    expect(Math.PI * mean).toBeLessThan(second);
    expect(skip + mean).toBeCloseTo(second, 10);
  });

  it("is judged by three numbers of three trials each", () => {
    const limit = limitOfThreeTrials(3);
    for (const place of [0, 1, 2]) {
      const at = (z: number) =>
        claimFigure4b(withScores(SLOPES.map((_, index) => (index === place ? z : 0.5)))).verdict;
      expect(at(-0.999 * limit).status).toBe("agrees");
      expect(at(1.001 * limit).status).toBe("differs");
      expect(at(1.001 * limit).reason).toContain(claimFigure4b(sample).numbers[place].label);
      expect(at(1.001 * limit).reason).toMatch(
        /; the prediction, \(1 − 1\/π, 1 and 1\/π\) × the zero-padding/,
      );
    }
    expect(claimFigure4b({ ...withScores([0, 0, 0]), trials: 2 }).verdict.status).toBe("inconclusive");
  });

  it("says what is different from the paper", () => {
    const { id, scaledDown, pictures, statement } = claimFigure4b(sample);
    expect({ id, pictures }).toEqual({ id: "figure-4b", pictures: ["figure-4b"] });
    expect(statement).toMatch(/^De & Smith 2020, Fig 4b: .* CIFAR-10/);
    expect(scaledDown).toHaveLength(4);
    expect(scaledDown.slice(0, 2)).toEqual([
      "20 blocks of 12 channels at 8×8, one convolution a branch, no downsampling; batch 4, 3 networks, each on images of its own",
      "slopes fitted over blocks 2 to 20",
    ]);
    expect(scaledDown[2]).toContain("two variances have a slope below 1");
    expect(scaledDown[3]).toContain("correlations between pixels are left out");
  });
});
