import { describe, expect, it } from "vitest";
import { parseScale } from "../../../src/analytic/expression.js";
import { configureScheme, resolveScheme } from "../../../src/analytic/index.js";
import { predictNetwork } from "../../../src/analytic/mean-field/index.js";
import type { ResidualScheme } from "../../../src/network/index.js";
import type { PlannedBatch } from "../../../src/network/plan/index.js";
import { nextNormal, openStream } from "../../../src/random/index.js";
import fixture from "../../fixtures/mean-field.json" with { type: "json" };
import { type PlannedBatchOptions, plannedBatch } from "./planned-batches.js";

function network(scheme: ResidualScheme, options: PlannedBatchOptions = {}): PlannedBatch {
  return plannedBatch(scheme, { depth: 24, batch: 1e9, ...options });
}

describe("predictNetwork against exact recursions", () => {
  it.each(fixture.blocks)("$activation, normalised: $normalized, batch $batch, α = $alpha", (reference) => {
    const { activation, normalized, batch, alpha, input } = reference;
    const scheme = configureScheme("custom", { alpha: parseScale(String(alpha)), normalized });
    const sampled = network(scheme, { activation: activation as "linear" | "relu", batch, depth: 12 });
    const found = predictNetwork(sampled).input;
    for (const [index, [variance, meanSquared, secondMoment]] of input.entries()) {
      const scale = Number(secondMoment);
      expect(Math.abs(found.variance[index] - Number(variance)) / scale).toBeLessThan(1e-12);
      expect(Math.abs(found.meanSquared[index] - Number(meanSquared)) / scale).toBeLessThan(1e-12);
      expect(Math.abs(found.secondMoment[index] / scale - 1)).toBeLessThan(1e-12);
      expect(found.channelVariance[index]).toBe(found.secondMoment[index]);
    }
  });
});

describe("predictNetwork at a large batch", () => {
  it("has the law of the first blocks", () => {
    const scheme = configureScheme("stochastic-depth", { normalized: false });
    const prediction = predictNetwork(network(scheme));
    // ½ p_i, whatever comes later: p_i = 1 − i/48.
    expect(prediction.lawAfter(2).mean).toBeCloseTo((1 - 1 / 48) / 2 + (1 - 2 / 48) / 2, 8);
    const mixture = predictNetwork(network(resolveScheme("stochastic-depth"))).lawAfter(1);
    expect(mixture.pmf(1)).toBeCloseTo((1 - 1 / 48) / 2, 8);
  });
});

describe("predictNetwork on maps", () => {
  const batchnorm = resolveScheme("batchnorm");

  it.each([
    ["none", ["linear", "relu"]],
    ["layer", ["linear", "relu", "gelu", "tanh"]],
    // Odd ones: standardised weights take the mean out of all nine taps, of which one is inside.
    ["expected", ["linear", "tanh"]],
  ] as const)("of one pixel is a dense network, but for the taps outside: %s", (normalizer, activations) => {
    for (const activation of activations) {
      const options = { activation, normalizer, depth: 6, layers: 2 };
      const factor = normalizer === "none" ? 1 / 9 : 1;
      const dense = predictNetwork(network(batchnorm, { ...options, gain: 1.5 }));
      // One tap of nine is inside; the stem has none to spare, which only the first skip path of a normalised branch sees.
      const maps = predictNetwork(network(batchnorm, { ...options, gain: 9 * 1.5, kind: "convolution" }));
      for (let i = 0; i < 6; i++) {
        expect(maps.profile.branch[i] / dense.profile.branch[i]).toBeCloseTo(factor, 12);
      }
      expect(maps.profile.skip[0]).toBeCloseTo(1 / 9, 14);
      // The second layer of the first branch is given inputs that the first activation has made alike; 1/batch is left.
      expect(maps.branch.meanSquared[0]).toBeCloseTo(factor * dense.branch.meanSquared[0], 7);
    }
  });
});

describe("predictNetwork", () => {
  it("stays within float64 where the network does not", () => {
    const scheme = resolveScheme("unnormalized");
    const found = predictNetwork(network(scheme, { activation: "gelu", gain: 2, depth: 3000, batch: 16 }));
    const q = found.profile.branch.map((b, i) => b / (b + found.profile.skip[i]));
    // GELU of what is large is ReLU.
    expect(q[2999]).toBeCloseTo(0.5, 12);
    expect(found.exponent[2999]).toBeGreaterThan(2500);
  });

  it("predicts BatchNorm on the merged sum as a random walk on spheres", () => {
    // Ten thousand features of 6 inputs, each its own walk: x ← BN(x + f), f normal and independent of x.
    const [batch, features, depth] = [6, 10_000, 4];
    const stream = openStream({ seed: 7, purpose: "walk" });
    const scheme = resolveScheme("batchnorm");
    const found = predictNetwork(network(scheme, { batch, depth, position: "merge" }));
    const draw = (deviation: number) => Array.from({ length: batch }, () => deviation * nextNormal(stream));
    const centred = (x: number[]) => {
      const mean = x.reduce((a, b) => a + b, 0) / batch;
      return x.map((value) => value - mean);
    };
    const dot = (x: number[], y: number[]) => x.reduce((sum, value, b) => sum + value * y[b], 0);
    const fractions = Array.from({ length: depth }, () => [] as number[]);
    for (let f = 0; f < features; f++) {
      let x = draw(1);
      for (let block = 0; block < depth; block++) {
        // The covariance of a linear branch is that of its input: B/(B − 1) a direction behind BatchNorm.
        const branch = centred(draw(block === 0 ? 1 : Math.sqrt(batch / (batch - 1))));
        const sum = centred(x).map((value, b) => value + branch[b]);
        const square = dot(sum, sum);
        fractions[block].push(dot(branch, sum) / square);
        x = sum.map((value) => value / Math.sqrt(square / batch));
      }
    }
    for (const [block, values] of fractions.entries()) {
      const mean = values.reduce((a, b) => a + b, 0) / features;
      const se = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / features;
      const { skip, branch } = found.profile;
      const q = branch[block] / (skip[block] + branch[block]);
      expect(Math.abs(mean - q) / se).toBeLessThan(3.5);
    }
  });

  it("averages the law over all masks", () => {
    const scheme = configureScheme("stochastic-depth", { alpha: parseScale("0.7") });
    const [depth, batch] = [6, 5];
    for (const normalizer of ["batch", "layer"] as const) {
      const prediction = predictNetwork(network(scheme, { activation: "relu", depth, batch, normalizer }));
      const kept = Array.from({ length: depth }, (_, i) => 1 - (i + 1) / (2 * depth));
      const branch = prediction.profile.branch[0] / kept[0];
      const start = normalizer === "batch" ? 1 - 1 / batch : 1;
      const expected = new Array<number>(depth + 1).fill(0);
      for (let mask = 0; mask < 2 ** depth; mask++) {
        let [law, s, probability] = [[1], start, 1];
        for (let i = 0; i < depth; i++) {
          const isKept = (mask >> i) & 1;
          probability *= isKept ? kept[i] : 1 - kept[i];
          const q = isKept ? branch / (s + branch) : 0;
          law = [...law, 0].map((p, k) => p * (1 - q) + (k > 0 ? law[k - 1] * q : 0));
          s += isKept * branch;
        }
        for (const [k, p] of law.entries()) expected[k] += probability * p;
      }
      const law = prediction.lawAfter(depth);
      for (const [k, p] of expected.entries()) expect(law.pmf(k)).toBeCloseTo(p, 13);
    }
  });

  it("refuses a block that there is not, and mixtures without a closed form", () => {
    expect(() => predictNetwork(network(resolveScheme("batchnorm"))).lawAfter(25)).toThrow(
      "block must be a whole number from 1 to 24, not 25",
    );
    const scheme = configureScheme("stochastic-depth", { alpha: parseScale("1/i") });
    expect(() => predictNetwork(network(scheme)).lawAfter(24)).toThrow(
      "the same non-zero scale at every block",
    );
  });
});
