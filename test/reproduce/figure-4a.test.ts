import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme, type SampleDocument, sampleNetworks } from "../../src/index.js";
import { claimFigure4a } from "../../src/reproduce/figure-4a.js";
import { limitOfThreeTrials, movedTo, slopeOf } from "./references.js";

const [DEPTH, BATCH] = [8, 16];
let sample: SampleDocument;

beforeAll(async () => {
  sample = await sampleNetworks({
    scheme: resolveScheme("batchnorm"),
    activation: "linear",
    depth: DEPTH,
    width: 32,
    inputDimension: 20,
    batch: BATCH,
    trials: 3,
    seed: 2,
    within: [],
  });
});

/** The sample with its three numbers at these z. */
function withScores(skip: number, branch: number, last: number): SampleDocument {
  const { slopes, averages } = sample;
  return {
    ...sample,
    slopes: { ...slopes!, skip: movedTo(skip, slopes!.skip) },
    averages: {
      branch: movedTo(branch, averages!.branch),
      lastMovingVariance: movedTo(last, averages!.lastMovingVariance),
    },
  };
}

describe("claim 2", () => {
  it("has the slope, the branch variance and the last moving variance of the sample", () => {
    const { numbers } = claimFigure4a(sample);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const { skip, branch, movingVariance } = sample;
    // The batch variance of the input is 1 − 1/B on the mean, and every branch adds 1.
    const expected = [
      ["slope of the skip path's variance against the block", slopeOf(skip.mean), 1],
      ["branch variance, mean over blocks", mean(branch.mean), 1],
      [
        "BatchNorm's moving variance (skip path) in the last of 8 blocks",
        movingVariance.mean[DEPTH - 1],
        DEPTH - 1 / BATCH,
      ],
    ] as const;
    expect(numbers.map(({ label }) => label)).toEqual(expected.map(([label]) => label));
    for (const [index, [label, value, theory]] of expected.entries()) {
      const row = numbers[index];
      expect(Math.abs(Number(row.value) - value), label).toBeLessThan(1e-5 * value);
      // BatchNorm's ε of 1e-5 lowers the variance of a branch by about as much.
      expect(Math.abs(Number(row.theory) - theory), label).toBeLessThan(2e-5 * DEPTH);
      expect(row.se).toBeGreaterThan(0);
      expect(row.z).toBeCloseTo((Number(row.value) - Number(row.theory)) / row.se!, 9);
    }
    expect(numbers[2].se).toBeCloseTo(movingVariance.se[DEPTH - 1], 6);
  });

  it("is judged by three numbers of three trials each", () => {
    const limit = limitOfThreeTrials(3);
    for (const place of [0, 1, 2]) {
      const at = (z: number) => {
        const scores = [0.5, 0.5, 0.5];
        scores[place] = z;
        return claimFigure4a(withScores(scores[0], scores[1], scores[2])).verdict;
      };
      expect(at(0.999 * limit).status).toBe("agrees");
      expect(at(-1.001 * limit).status).toBe("differs");
      expect(at(1.001 * limit).reason).toContain(claimFigure4a(sample).numbers[place].label);
      expect(at(1.001 * limit).reason).toContain("; finite width and batch bias the variances");
    }
    const single = { ...withScores(0, 0, 0), trials: 2 };
    expect(claimFigure4a(single).verdict.status).toBe("inconclusive");
  });

  it("says what is smaller than in the paper", () => {
    const { id, scaledDown, pictures, statement } = claimFigure4a(sample);
    expect({ id, pictures }).toEqual({ id: "figure-4a", pictures: ["figure-4a"] });
    expect(statement).toMatch(/^De & Smith 2020, Fig 4a: /);
    expect(scaledDown).toEqual([
      "width 32 instead of 1,000",
      "batch 16 instead of 1,000; the theory is that of this batch",
      "8 blocks and 20-dimensional Gaussian inputs, as recalled of the paper (not verified)",
      "BatchNorm's moving statistics are those of one batch; 3 independent networks",
    ]);
  });

  it("needs a normalised network", () => {
    const { slopes: _, ...other } = sample;
    expect(() => claimFigure4a(other)).toThrow(/normalised/);
    const { averages: __, ...another } = sample;
    expect(() => claimFigure4a(another)).toThrow(/normalised/);
  });
});
