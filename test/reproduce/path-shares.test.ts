import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme, type SampleDocument, sampleNetworks } from "../../src/index.js";
import { claimPathShares } from "../../src/reproduce/path-shares.js";
import { limitOfThreeTrials, movedTo, poissonBinomial } from "./references.js";

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

/** The samples, their numbers set so that the limits lie at this z; of equal weight in the limit, so that its freedom is 2 + 2. */
function withLimits(linear: readonly [number, number], relu: readonly [number, number]): SampleDocument[] {
  const share = (width: number, theory: number, z: number) => {
    const se = 0.01 / width;
    // A bias of 3/width, and what z standard errors of the limit are: both parts have the weight of a width.
    const error = (z * Math.SQRT2 * 0.01) / (WIDTHS[1] - WIDTHS[0]);
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
    expect(biased.verdict.status).toBe("agrees");
    expect(biased.verdict.reason).toContain("the farthest of 4 numbers");
    expect(Number(biased.numbers[2].z)).toBeCloseTo(0.5, 6);
    expect(claimPathShares(withLimits([30, 0], [0, 0])).verdict.reason).toContain("linear, width → ∞: mean");
    expect(claimPathShares(withLimits([0, 30], [0, 0])).verdict.reason).toContain("linear, width → ∞: P(");
    expect(claimPathShares(withLimits([0, 0], [30, 0])).verdict.reason).toContain("ReLU, width → ∞: mean");
    const { verdict } = claimPathShares(withLimits([0, 0], [0, -30]));
    expect(verdict.reason).toContain("ReLU, width → ∞: P(");
    expect(verdict.status).toBe("differs");
  });

  it("takes the degrees of freedom of both widths", () => {
    // p of Student's t with 4 degrees of freedom is 1 − (3/2)s + s³/2, s = t/√(4 + t²): a quarter of 0.001 at this t.
    const pOf = (t: number) => {
      const s = t / Math.sqrt(4 + t * t);
      return 1 - 1.5 * s + 0.5 * s ** 3;
    };
    let [low, high] = [1, 100];
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (pOf(middle) > 0.001 / 4) low = middle;
      else high = middle;
    }
    expect(low).toBeLessThan(limitOfThreeTrials(4));
    expect(claimPathShares(withLimits([0, 0], [0.999 * low, 0])).verdict.status).toBe("agrees");
    expect(claimPathShares(withLimits([0, 0], [1.001 * low, 0])).verdict.status).toBe("differs");
  });

  it("says what is different from the paper, and shows a picture of each activation", () => {
    const { id, scaledDown, pictures, statement } = claimPathShares(samples);
    expect(id).toBe("path-shares");
    expect(statement).toMatch(/^De & Smith 2020, section 3: /);
    expect(pictures).toEqual(["path-shares-linear", "path-shares-relu"]);
    expect(scaledDown).toEqual([
      "10 blocks, batch 16, widths 16 and 48; the rows of one width show the bias of finite networks and are not judged",
      "the paper does not split sampled networks by path length; the split is ours",
    ]);
  });

  it("is not made of samples of different networks", () => {
    const [first, second, ...relu] = samples;
    const meanLength = movedTo(0, second.meanLength);
    const network = { ...second.network, depth: 11 };
    expect(() => claimPathShares([first, { ...second, meanLength, network }, ...relu])).toThrow(/depth/);
  });
});
