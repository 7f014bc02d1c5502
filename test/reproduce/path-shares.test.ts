import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme, type SampleDocument, sampleNetworks } from "../../src/index.js";
import { claimPathShares } from "../../src/reproduce/path-shares.js";
import { placed, poissonBinomial, quantileOfThreeTrials } from "./references.js";

const [DEPTH, BATCH, TRIALS, WITHIN] = [10, 16, 3, 3];
const WIDTHS = [16, 48] as const;
let samples: SampleDocument[];

beforeAll(async () => {
  samples = [];
  for (const activation of ["linear", "relu"] as const) {
    for (const width of WIDTHS) {
      const size = { depth: DEPTH, width, inputDimension: 20, batch: BATCH, trials: TRIALS };
      const scheme = resolveScheme("batchnorm");
      samples.push(await sampleNetworks({ scheme, activation, ...size, seed: 4, within: [WITHIN] }));
    }
  }
});

/** The line through the numbers of two widths, at 1/width = 0. */
function limitOf(numbers: readonly { readonly mean: number; readonly se: number }[]) {
  const [near, far] = WIDTHS.map((width) => width / (WIDTHS[1] - WIDTHS[0]));
  return {
    mean: far * numbers[1].mean - near * numbers[0].mean,
    se: Math.hypot(far * numbers[1].se, near * numbers[0].se),
  };
}

/** The standard error of those limits, of two parts of one size. */
const LIMIT_SE = (Math.SQRT2 * 0.001) / (WIDTHS[1] - WIDTHS[0]);

/** The samples, their numbers set so that the limits lie at this z; of equal weight in the limit, so that its freedom is 2 + 2. */
function withLimits(linear: readonly [number, number], relu: readonly [number, number]): SampleDocument[] {
  const share = (width: number, theory: number, z: number) => {
    const se = 0.001 / width;
    // A bias of 3/width, and what z standard errors of the limit are: both parts have the weight of a width.
    const error = z * LIMIT_SE;
    const mean = theory + 3 / width + error;
    return { mean, se, theory, z: (mean - theory) / se };
  };
  return samples.map((sample) => {
    const { network, meanLength, within } = sample;
    const { activation, width } = network;
    const [length, probability] = activation === "linear" ? linear : relu;
    return {
      ...sample,
      meanLength: share(width, meanLength.theory, length),
      within: { [WITHIN]: share(width, within[WITHIN].theory, probability) },
    };
  });
}

describe("claim 3", () => {
  it("has each width's mean length and, at infinite width, the mean and P(K ≤ k)", () => {
    const { numbers } = claimPathShares(samples);
    expect(numbers.map(({ label }) => label)).toEqual(
      ["linear", "ReLU"].flatMap((name) => [
        `${name}, width 16: mean path length`,
        `${name}, width 48: mean path length`,
        `${name}, width → ∞: mean path length`,
        `${name}, width → ∞: P(K ≤ 3)`,
      ]),
    );
    for (const [start, own] of [
      [0, samples.slice(0, 2)],
      [4, samples.slice(2)],
    ] as const) {
      const lengths = own.map(({ meanLength }) => meanLength);
      for (const [index, { mean, se, theory, z }] of lengths.entries()) {
        expect(numbers[start + index]).toMatchObject({ value: mean, se, theory, z });
      }
      const limits = [limitOf(lengths), limitOf(own.map(({ within }) => within[WITHIN]))];
      for (const [index, { mean, se }] of limits.entries()) {
        const row = numbers[start + 2 + index];
        expect(row.value).toBeCloseTo(mean, 10);
        expect(row.se).toBeCloseTo(se, 10);
        expect(row.z).toBeCloseTo((mean - Number(row.theory)) / se, 6);
      }
    }
  });

  it("expects the Poisson-binomial law of the branches' shares", () => {
    const theory = claimPathShares(samples).numbers.map(({ theory }) => Number(theory));
    // Of linear networks, s_i is i − 1/B on the mean and b_i 1.
    const q = Array.from({ length: DEPTH }, (_, index) => 1 / (index + 2 - 1 / BATCH));
    const pmf = poissonBinomial(q);
    const mean = q.reduce((sum, one) => sum + one, 0);
    for (const row of [0, 1, 2]) expect(theory[row]).toBeCloseTo(mean, 4);
    expect(theory[3]).toBeCloseTo(
      pmf.slice(0, WITHIN + 1).reduce((sum, share) => sum + share, 0),
      4,
    );
    // Of ReLU networks, s_i is 1 + (1 − 1/π)(i − 1) and b_i 1 − 1/π at an infinite batch; 1/B moves each q by less than itself.
    const relu = Array.from({ length: DEPTH }, (_, index) => 1 / (index + 1 + 1 / (1 - 1 / Math.PI)));
    const meanRelu = relu.reduce((sum, one) => sum + one, 0);
    expect(Math.abs(theory[6] - meanRelu)).toBeLessThan(meanRelu / BATCH);
    expect(theory[6]).toBe(theory[4]);
  });

  it("judges the limits of both together, and not the bias of a width", () => {
    const biased = claimPathShares(withLimits([0.5, 0.5], [0.5, 0.5]));
    expect(Number(biased.numbers[0].z)).toBeGreaterThan(100);
    expect(biased.numbers[0]).toMatchObject({
      biasSeen: true,
      notJudged: expect.stringContaining("finite width"),
    });
    expect(biased.numbers[0].status).toBeUndefined();
    expect(biased.verdict.status).toBe("agrees");
    expect(biased.verdict.reason).toContain("the nearest of 4 numbers to its margin");
    expect(Number(biased.numbers[2].z)).toBeCloseTo(0.5, 6);
    expect(claimPathShares(withLimits([3000, 0], [0, 0])).verdict.reason).toContain(
      "linear, width → ∞: mean",
    );
    expect(claimPathShares(withLimits([0, 3000], [0, 0])).verdict.reason).toContain("linear, width → ∞: P(");
    expect(claimPathShares(withLimits([0, 0], [3000, 0])).verdict.reason).toContain("ReLU, width → ∞: mean");
    const { verdict } = claimPathShares(withLimits([0, 0], [0, -3000]));
    expect(verdict.reason).toContain("ReLU, width → ∞: P(");
    expect(verdict.status).toBe("differs");
  });

  it("gives the number of a width its own band, by Student's t of its trials", () => {
    const [row] = claimPathShares(withLimits([0, 0], [0, 0])).numbers;
    const width = quantileOfThreeTrials(0.05) * Number(row.se);
    const difference = Number(row.value) - Number(row.theory);
    expect(row.band?.low).toBeCloseTo(difference - width, 9);
    expect(row.band?.high).toBeCloseTo(difference + width, 9);
    expect(row.margin).toBeCloseTo(0.02 * Number(row.theory), 9);
    const few = samples.map((sample) => ({ ...sample, trials: 2 }));
    expect(claimPathShares(few).numbers[0].band).toBeUndefined();
  });

  it("takes the degrees of freedom of both widths", () => {
    // p of Student's t with 4 degrees of freedom is 1 − (3/2)s + s³/2, s = t/√(4 + t²).
    const pOf = (t: number) => {
      const s = t / Math.sqrt(4 + t * t);
      return 1 - 1.5 * s + 0.5 * s ** 3;
    };
    const quantile = (p: number) => {
      let [low, high] = [1, 100];
      for (let step = 0; step < 60; step++) {
        const middle = (low + high) / 2;
        if (pOf(middle) > p) low = middle;
        else high = middle;
      }
      return low;
    };
    const margin = (0.02 * Number(claimPathShares(samples).numbers[6].theory)) / LIMIT_SE;
    const statusAt = (z: number) => claimPathShares(withLimits([0, 0], [z, 0])).verdict.status;
    // Two numbers are the same if they differ by 1e-6 of themselves, here a thirtieth of the interval.
    expect(statusAt(margin - 1.05 * quantile(0.05))).toBe("agrees");
    expect(statusAt(margin - 0.95 * quantile(0.05))).toBe("cannot-tell");
    expect(statusAt(margin + 0.95 * quantile(0.05 / 4))).toBe("cannot-tell");
    expect(statusAt(margin + 1.05 * quantile(0.05 / 4))).toBe("differs");
  });

  it("says what is different from the paper, and shows a picture of each activation", () => {
    const { id, scaledDown, pictures, statement } = claimPathShares(samples);
    expect(id).toBe("path-shares");
    expect(statement).toMatch(/^De & Smith 2020, section 3: /);
    expect(pictures).toEqual(["path-shares-linear", "path-shares-relu"]);
    expect(scaledDown).toEqual([
      "10 blocks, batch 16, widths 16 and 48; the rows of one width show the bias of finite networks and are not judged",
      "the split of a sampled network by path length is ours (docs/statistics.md)",
    ]);
  });

  it("is not made of samples of different networks", () => {
    const [first, second, ...relu] = samples;
    const meanLength = placed(second.meanLength, { difference: 0, se: 1 });
    const network = { ...second.network, depth: 11 };
    expect(() => claimPathShares([first, { ...second, meanLength, network }, ...relu])).toThrow(/depth/);
  });
});
