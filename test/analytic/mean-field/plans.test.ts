import { describe, expect, it } from "vitest";
import { predictPlanned, resolveScheme } from "../../../src/analytic/index.js";
import { predictBackward, predictNetwork } from "../../../src/analytic/mean-field/index.js";
import { parseArchitecture } from "../../../src/network/index.js";
import type { BlockPlan, PlannedBatch } from "../../../src/network/plan/index.js";
import { nextNormal, openStream } from "../../../src/random/index.js";
import { plannedBatch } from "./planned-batches.js";

const INFINITE = Number.POSITIVE_INFINITY;

function withBlocks({ plan, batch }: PlannedBatch, overrides: Partial<BlockPlan>): PlannedBatch {
  const runs = plan.runs.map((run) => ({ ...run, block: { ...run.block, ...overrides } }));
  return { plan: { ...plan, runs }, batch };
}

const withoutSkip = (network: PlannedBatch) => withBlocks(network, { skip: { kind: "none" } });

describe("blocks without a skip path", () => {
  it("are the layers of a network of their branches, which every path goes through", () => {
    const options = { activation: "relu", depth: 6, layers: 2, batch: INFINITE } as const;
    const network = withoutSkip(plannedBatch(resolveScheme("unnormalized"), options));
    const { input, skip, branch, lawAfter } = predictNetwork(network);
    let correlation = 0;
    for (let i = 0; i < 6; i++) {
      expect(input.secondMoment[i]).toBeCloseTo(1, 14);
      expect(input.meanSquared[i]).toBeCloseTo(correlation, 12);
      for (let layer = 0; layer < 2; layer++) {
        const angle = Math.acos(correlation);
        correlation = (Math.sin(angle) + (Math.PI - angle) * Math.cos(angle)) / Math.PI;
      }
      expect(skip.secondMoment[i]).toBe(0);
      expect(branch.meanSquared[i]).toBeCloseTo(correlation, 12);
      expect(lawAfter(i + 1).pmf(i + 1)).toBeCloseTo(1, 14);
    }
    const { skipGain, logSquaredNorm, lawFrom } = predictBackward(network);
    expect(Array.from(skipGain)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(logSquaredNorm[0]).toBeCloseTo(0, 13);
    expect(lawFrom(2).pmf(5)).toBeCloseTo(1, 14);
  });

  it.each(["unnormalized", "batchnorm"])("of maps too: %s", (name) => {
    const options = { kind: "convolution", activation: "relu", depth: 4, size: 5 } as const;
    const network = withoutSkip(plannedBatch(resolveScheme(name), options));
    const { skip, lawAfter } = predictNetwork(network);
    expect(skip.secondMoment).toEqual([0, 0, 0, 0]);
    expect(lawAfter(4).pmf(4)).toBeCloseTo(1, 12);
    expect(predictPlanned(network.plan).profile.skip).toEqual([0, 0, 0, 0]);
  });

  it("leave nothing where a branch is dropped", () => {
    const network = withoutSkip(plannedBatch(resolveScheme("stochastic-depth")));
    expect(() => predictNetwork(network).lawAfter(5)).toThrow(
      'skip must be identity or projection where branches are dropped, not "none"',
    );
  });
});

describe("normalisers at other positions", () => {
  const depth = 7;

  it.each(["each", "first", "last"] as const)(
    "LayerNorm adds 1 a block, forward and backward: %s",
    (position) => {
      const options = { position, depth, layers: 2, batch: INFINITE } as const;
      const network = plannedBatch(resolveScheme("layernorm"), options);
      const { input, branch } = predictNetwork(network);
      const { logSquaredNorm, branchGain } = predictBackward(network);
      for (let i = 0; i < depth; i++) {
        expect(input.secondMoment[i]).toBeCloseTo(i + 1, 13);
        expect(branch.secondMoment[i]).toBeCloseTo(1, 14);
        expect(branchGain[i]).toBeCloseTo(1 / (i + 1), 14);
        // ∏ (1 + 1/j) from j = i + 1.
        expect(logSquaredNorm[i]).toBeCloseTo(Math.log((depth + 1) / (i + 1)), 13);
      }
    },
  );

  it("BatchNorm last in a branch gives it the variance 1 of every batch", () => {
    const network = plannedBatch(resolveScheme("batchnorm"), {
      position: "last",
      layers: 2,
      depth,
      batch: 6,
    });
    const { input, branch } = predictNetwork(network);
    for (let i = 0; i < depth; i++) {
      expect(input.variance[i]).toBeCloseTo(5 / 6 + i, 13);
      expect(branch.variance[i]).toBeCloseTo(1, 14);
    }
  });

  it.each(["each", "first", "last"] as const)("averages the law over all masks: %s", (position) => {
    const options = { activation: "relu", normalizer: "layer", position, depth, layers: 2 } as const;
    const { lawAfter } = predictNetwork(plannedBatch(resolveScheme("stochastic-depth"), options));
    const expected = new Array<number>(depth + 1).fill(0);
    for (let mask = 0; mask < 2 ** depth; mask++) {
      let [law, s, probability] = [[1], 1, 1];
      for (let i = 1; i <= depth; i++) {
        const isKept = (mask >> (i - 1)) & 1;
        probability *= isKept ? 1 - i / (2 * depth) : i / (2 * depth);
        const q = isKept ? 1 / (s + 1) : 0;
        law = [...law, 0].map((p, k) => p * (1 - q) + (k > 0 ? law[k - 1] * q : 0));
        s += isKept;
      }
      for (const [k, p] of law.entries()) expected[k] += probability * p;
    }
    for (const [k, p] of expected.entries()) expect(lawAfter(depth).pmf(k)).toBeCloseTo(p, 13);
  });

  it("has no mixture where weights on the skip path take what is not normalised", () => {
    const architecture = parseArchitecture("wrn-16-1");
    const network = plannedBatch(resolveScheme("stochastic-depth"), { position: "last", architecture });
    expect(() => predictNetwork(network).lawAfter(6)).toThrow(
      'position must be each or first for stochastic-depth where the shape changes: other mixtures have no closed form, not "last"',
    );
  });
});

describe("the expected standard deviation", () => {
  const options = { activation: "relu", layers: 2, depth: 6, batch: INFINITE } as const;

  it.each(["dense", "convolution"] as const)("as a constant is that of the prediction: %s", (kind) => {
    const given = { ...options, kind, size: kind === "dense" ? 1 : 5 };
    const own = predictNetwork(plannedBatch(resolveScheme("nfnet"), given));
    const deviation = Float64Array.from(own.input.secondMoment, (m, i) =>
      Math.sqrt(m * 2 ** own.exponent[i]),
    );
    const constant = predictNetwork(plannedBatch(resolveScheme("nfnet"), { ...given, deviation }));
    for (const path of ["input", "skip", "branch"] as const) {
      for (const moment of ["variance", "secondMoment"] as const) {
        for (const [i, value] of own[path][moment].entries()) {
          expect(Math.abs(constant[path][moment][i] / value - 1)).toBeLessThan(1e-12);
        }
      }
    }
  });

  it("divides by what it is told, whatever enters", () => {
    const network = plannedBatch(resolveScheme("nfnet"), {
      ...options,
      activation: "linear",
      deviation: 2,
      inputVariance: 3,
    });
    const { branch, input } = predictNetwork(network);
    const { branchGain } = predictBackward(network);
    for (let i = 0; i < 6; i++) {
      const alpha2 = branch.secondMoment[0] / (3 / 4);
      expect(branch.secondMoment[i]).toBeCloseTo((alpha2 * input.secondMoment[i]) / 4, 13);
      expect(branchGain[i]).toBeCloseTo(alpha2 / 4, 14);
    }
  });
});

describe("the stem", () => {
  const scheme = resolveScheme("unnormalized");

  it.each(["dense", "convolution"] as const)("multiplies by its gain: %s", (kind) => {
    const options = { kind, activation: "gelu", size: kind === "dense" ? 1 : 4 } as const;
    const { plan, batch } = plannedBatch(scheme, options);
    const layer = { ...plan.stem.layer, gain: 4 };
    const found = predictNetwork({ plan: { ...plan, stem: { ...plan.stem, layer } }, batch });
    expect(found.input.secondMoment[0]).toBe(4 * predictNetwork({ plan, batch }).input.secondMoment[0]);
    const { input } = predictNetwork(plannedBatch(scheme, { ...options, inputVariance: 4 }));
    expect(found.input).toEqual(input);
  });

  it("takes the mean out of images with weights of zero mean", () => {
    const [count, size, channels] = [3, 4, 3];
    const stream = openStream({ seed: 5, purpose: "test" });
    const data = Float32Array.from({ length: count * size * size * channels }, () => 1 + nextNormal(stream));
    const images = { data, count, channels };
    const { plan } = plannedBatch(scheme, { kind: "convolution", activation: "relu", size });
    const layer = { ...plan.stem.layer, gain: 2, isStandardized: true };
    const standardized = { ...plan, stem: { ...plan.stem, layer }, inputVariance: 3 };
    const { input } = predictNetwork({ plan: standardized, batch: count }, { images });
    const { blocks, by } = predictPlanned(standardized, { images });
    expect(by).toBe("pairs");
    for (const [i, block] of blocks.entries()) {
      expect(Math.abs(input.secondMoment[i] / block.input.secondMoment - 1)).toBeLessThan(1e-12);
    }
  });
});

describe("what is not computed yet", () => {
  it("is refused at the entrance", () => {
    const network = withBlocks(plannedBatch(resolveScheme("unnormalized")), {
      merge: { normalizer: "none", activation: "relu" },
    });
    const message = "merge activation must be linear";
    expect(() => predictNetwork(network)).toThrow(message);
    expect(() => predictBackward(network)).toThrow(message);
    expect(() => predictPlanned(network.plan)).toThrow(message);
  });
});
