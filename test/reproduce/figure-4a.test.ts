import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme, type SampleDocument, sampleNetworks } from "../../src/index.js";
import type { Comparison } from "../../src/network/documents/verdict.js";
import { claimFigure4a } from "../../src/reproduce/figure-4a.js";
import { edgesOfThreeTrials, placed, slopeOf } from "./references.js";

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

/** The sample with its three numbers at these differences, and without its curves. */
function withDifferences(differences: readonly number[]): SampleDocument {
  const { slopes, averages, curves: _, ...rest } = sample;
  const at = (index: number, one: Comparison) =>
    placed(one, { difference: differences[index], se: 0.001 * one.theory });
  return {
    ...rest,
    slopes: { ...slopes!, skip: at(0, slopes!.skip) },
    averages: { branch: at(1, averages!.branch), lastMovingVariance: at(2, averages!.lastMovingVariance) },
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
    expect(numbers.slice(0, 3).map(({ label }) => label)).toEqual(expected.map(([label]) => label));
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

  it("has a row of each curve, a share of its prediction", () => {
    const rows = claimFigure4a(sample).numbers.slice(3);
    expect(
      rows.map(({ label }) => label.replace(/, (level|slope|curvature|first|last|around block \d+):/, ":")),
    ).toEqual(["skip variance by block: off its prediction", "branch variance by block: off its prediction"]);
    for (const row of rows) expect(row).toMatchObject({ theory: 0, margin: 0.02, isRelative: true });
  });

  it("is judged by three numbers of three trials each", () => {
    const rows = claimFigure4a(sample).numbers;
    for (const place of [0, 1, 2]) {
      const edges = edgesOfThreeTrials(Number(rows[place].theory), 3);
      const at = (difference: number) =>
        claimFigure4a(withDifferences([0, 1, 2].map((index) => (index === place ? difference : 0))));
      expect(at(edges.agrees).verdict.status).toBe("agrees");
      expect(at(-edges.cannotTell).verdict.status).toBe("cannot-tell");
      expect(at(edges.nearlyDiffers).verdict.status).toBe("cannot-tell");
      const { verdict, numbers } = at(-edges.differs);
      expect(verdict.status).toBe("differs");
      expect(numbers.map(({ status }) => status)).toEqual(
        [0, 1, 2].map((index) => (index === place ? "differs" : "agrees")),
      );
      expect(verdict.reason).toContain(rows[place].label);
      expect(verdict.reason).toContain("; finite width and batch bias the variances");
    }
    const few = { ...withDifferences([0, 0, 0]), trials: 2 };
    expect(claimFigure4a(few).verdict.status).toBe("cannot-tell");
  });

  it("says what is smaller than in the paper", () => {
    const { id, scaledDown, pictures, statement } = claimFigure4a(sample);
    expect({ id, pictures }).toEqual({ id: "figure-4a", pictures: ["figure-4a"] });
    expect(statement).toMatch(/^De & Smith 2020, Fig 4a: /);
    expect(scaledDown).toEqual([
      "width 32 instead of 1,000",
      "we use 8 blocks, batches of 16 and 20-dimensional Gaussian inputs; the theory is that of this batch",
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
