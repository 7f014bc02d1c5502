import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme, sampleBlockVariances, type VarianceSampleDocument } from "../../src/index.js";
import { fillNormal, openStream } from "../../src/random/index.js";
import { claimFigure4b } from "../../src/reproduce/figure-4b.js";
import { edgesOfThreeTrials, placed, quantileOfThreeTrials, slopeOf } from "./references.js";

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

/** The sample with its slopes at these differences, and without its curves. */
function withDifferences(differences: readonly number[]): VarianceSampleDocument {
  const { slopes, curves: _, ...rest } = sample;
  const [skip, skipSecondMoment, movingMeanSquared] = SLOPES.map((name, index) =>
    placed(slopes[name], { difference: differences[index], se: 0.001 * slopes[name].theory }),
  );
  return { ...rest, slopes: { skip, skipSecondMoment, movingMeanSquared } };
}

describe("claim 4", () => {
  it("has the three slopes of the sample, and the share of the taps inside the map", () => {
    const { numbers } = claimFigure4b(sample);
    expect(sample.slopeFrom).toBe(2);
    expect(
      numbers.map(({ label }) =>
        label.replace(/, (level|slope|curvature|first|last|around block \d+):/, ":"),
      ),
    ).toEqual([
      "slope of the skip path's variance",
      "slope of the skip path's second moment",
      "slope of the squared moving mean",
      "skip variance by block: off its prediction",
      "branch variance by block: off its prediction",
      "squared moving mean by block: off its prediction",
      "squared moving mean at block 6: off its prediction",
      "squared moving mean at block 10: off its prediction",
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
    expect(numbers.at(-1)?.value).toBeCloseTo((22 / 24) ** 2, 12);
    expect(numbers.at(-1)?.notJudged).toContain("no measurement");
  });

  it("shows the squared moving mean at single blocks, of which its curve is judged", () => {
    const rows = claimFigure4b(sample).numbers.slice(6, 8);
    for (const [index, block] of [6, 10].entries()) {
      const { mean, se } = sample.movingMeanSquared;
      const expected = Number(sample.predicted.movingMeanSquared?.[block - 1]);
      const [off, error] = [mean[block - 1] / expected - 1, se[block - 1] / expected];
      const { value, margin, band, biasSeen = false, notJudged, status } = rows[index];
      expect(Number(value)).toBeCloseTo(off, 12);
      expect({ margin, notJudged, status }).toEqual({
        margin: 0.1,
        notJudged: "one block of a curve that is judged as a whole",
        status: undefined,
      });
      const width = quantileOfThreeTrials(0.05) * error;
      expect(band?.low).toBeCloseTo(off - width, 9);
      expect(band?.high).toBeCloseTo(off + width, 9);
      expect(biasSeen).toBe(Math.abs(off) > width);
    }
  });

  it("sees the bias of a block, which does not make the claim differ", () => {
    const blocks = sample.movingMeanSquared.mean.map((_, index) =>
      Number(sample.predicted.movingMeanSquared?.[index]),
    );
    const biased = (share: number) => ({
      ...sample,
      movingMeanSquared: {
        mean: blocks.map((one) => one * (1 + share)),
        se: blocks.map((one) => one * 0.05),
      },
    });
    const edge = 0.05 * quantileOfThreeTrials(0.05);
    const rows = (share: number) => claimFigure4b(biased(share)).numbers.slice(6, 8);
    for (const { biasSeen } of rows(0.99 * edge)) expect(biasSeen).toBeUndefined();
    for (const { biasSeen } of rows(1.01 * edge)) expect(biasSeen).toBe(true);
    for (const { biasSeen } of rows(-1.01 * edge)) expect(biasSeen).toBe(true);
    expect(claimFigure4b(biased(1.01 * edge)).verdict).toEqual(claimFigure4b(sample).verdict);
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
    const [rows] = [claimFigure4b(sample).numbers];
    // The margin of the squared mean, whose prediction leaves out what neighbouring pixels have in common, is 10 %.
    for (const place of [0, 1]) {
      const edges = edgesOfThreeTrials(Number(rows[place].theory), 3);
      const at = (difference: number) =>
        claimFigure4b(withDifferences(SLOPES.map((_, index) => (index === place ? difference : 0)))).verdict;
      expect(at(-edges.agrees).status).toBe("agrees");
      expect(at(edges.cannotTell).status).toBe("cannot-tell");
      expect(at(edges.nearlyDiffers).status).toBe("cannot-tell");
      expect(at(edges.differs).status).toBe("differs");
      expect(at(edges.differs).reason).toContain(rows[place].label);
      expect(at(edges.differs).reason).toMatch(
        /; the prediction, \(1 − 1\/π, 1 and 1\/π\) × the zero-padding/,
      );
    }
    expect(claimFigure4b({ ...withDifferences([0, 0, 0]), trials: 2 }).verdict.status).toBe("cannot-tell");
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
    expect(scaledDown[2]).toContain("the paper does not state which one it plots; we use both");
    expect(scaledDown[3]).toContain("correlations between pixels are left out");
  });
});
