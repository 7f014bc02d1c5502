import { describe, expect, it } from "vitest";
import { resolveScheme } from "../../../src/analytic/index.js";
import { gradientLaw } from "../../../src/analytic/mean-field/gradient-law.js";
import { predictBackward } from "../../../src/analytic/mean-field/index.js";
import type { SchemeName } from "../../../src/network/index.js";
import type { PlannedBatch } from "../../../src/network/plan/index.js";
import { nextNormal, openStream } from "../../../src/random/index.js";
import { logGradientGrowth } from "../backpropagation.js";
import { type PlannedBatchOptions, plannedBatch } from "./planned-batches.js";

function network(name: SchemeName, options: PlannedBatchOptions = {}): PlannedBatch {
  return plannedBatch(resolveScheme(name), { depth: 20, batch: 1e8, ...options });
}

describe("predictBackward behind BatchNorm at an infinite batch", () => {
  it.each([
    ["linear", 1],
    ["relu", Math.PI / (Math.PI - 1)],
  ] as const)("is ∏ (1 + c/(i − 1 + c)): %s", (activation, c) => {
    const { logSquaredNorm } = predictBackward(
      network("batchnorm", { activation, batch: Number.POSITIVE_INFINITY }),
    );
    let log = 0;
    for (let i = 20; i >= 1; i--) {
      log += Math.log1p(c / (i - 1 + c));
      // A few roundings in each of 20 blocks, of logarithms up to 5.
      expect(Math.abs(logSquaredNorm[i - 1] - log)).toBeLessThan(5 * 20 * Number.EPSILON);
    }
  });
});

describe("predictBackward at a small batch", () => {
  it.each([
    ["linear", 6],
    ["relu", 6],
    ["relu", 12],
  ] as const)("is the energy that one BatchNorm passes back: %s, batch %i", (activation, batch) => {
    // E|Π D δ|²/σ² for x and δ of independent normal entries, one feature a draw.
    const stream = openStream({ seed: 2, purpose: activation, index: [batch] });
    const draw = () => Float64Array.from({ length: batch }, () => nextNormal(stream));
    const energies = Array.from({ length: 40_000 }, () => energyBack(draw(), draw(), activation === "relu"));
    const mean = energies.reduce((a, b) => a + b, 0) / energies.length;
    const se = Math.sqrt(energies.reduce((sum, e) => sum + (e - mean) ** 2, 0)) / energies.length;
    const gain = activation === "relu" ? 2 : 1;
    const { branchGain, skipGain } = predictBackward(network("batchnorm", { activation, batch, depth: 1 }));
    expect(Math.abs((gain * mean) / batch - branchGain[0]) / ((gain * se) / batch)).toBeLessThan(3.5);
    expect(skipGain[0]).toBe(1);
    // Broken by the directions that BatchNorm removes, or by E 1/σ², it would be this many standard errors off.
    expect((0.05 * mean) / se).toBeGreaterThan(3.5);
  });

  it.each([
    ["linear", 1],
    ["relu", 2],
  ] as const)("is backpropagation through random networks: %s, %i layers", (activation, layers) => {
    const [trials, batch, depth] = [16, 8, 4];
    const growths = Array.from({ length: trials }, (_, seed) =>
      Math.exp(
        logGradientGrowth({
          depth,
          width: 128,
          batch,
          activation,
          normalizer: "batch",
          layers,
          skip: 1,
          alpha: 1,
          seed,
        }),
      ),
    );
    const mean = growths.reduce((a, b) => a + b, 0) / trials;
    const se = Math.sqrt(growths.reduce((sum, g) => sum + (g - mean) ** 2, 0) / (trials * (trials - 1)));
    const options = { activation, batch, depth, layers };
    const theory = Math.exp(predictBackward(network("batchnorm", options)).logSquaredNorm[0]);
    // 99.9 % of Student's t with 15 degrees of freedom, two-sided.
    expect(Math.abs(mean - theory) / se).toBeLessThan(4.073);
    // That of a large batch is refused.
    const large = Math.exp(
      predictBackward(network("batchnorm", { ...options, batch: 1e8 })).logSquaredNorm[0],
    );
    expect(Math.abs(mean - large) / se).toBeGreaterThan(4.073);
  });

  it("counts paths as their energies do, the batch mean on its own", () => {
    const gains = [0.2, 0.5, 0.9].map((x) => ({
      skip: { mean: 1, centred: 1 - x / 4, centring: 0 },
      branch: { mean: x / 10, centred: x, centring: x / 3 },
    }));
    const output = { mean: 0.3, centred: 0.7 };
    // All 8 paths, each a product of matrices.
    const expected = [0, 0, 0, 0];
    for (let path = 0; path < 8; path++) {
      let [mean, centred, length] = [output.mean, output.centred, 0];
      for (const block of [2, 1, 0]) {
        const isBranch = (path >> block) & 1;
        const way = isBranch ? gains[block].branch : gains[block].skip;
        [mean, centred] = [way.mean * mean, way.centred * centred + way.centring * mean];
        length += isBranch;
      }
      expected[length] += mean + centred;
    }
    const whole = expected.reduce((a, b) => a + b, 0);
    const law = gradientLaw(gains, output);
    for (const [k, energy] of expected.entries()) expect(law.pmf(k)).toBeCloseTo(energy / whole, 14);
    expect(law.mean).toBeCloseTo(expected.reduce((sum, energy, k) => sum + k * energy, 0) / whole, 13);
  });

  it("gives each block the law of the blocks after it", () => {
    const prediction = predictBackward(network("batchnorm", { batch: 16 }));
    const last = prediction.lawFrom(20);
    expect(last.pmf(1)).toBeCloseTo(
      prediction.branchGain[19] / (prediction.branchGain[19] + prediction.skipGain[19]),
      14,
    );
    expect(prediction.lawFrom(3).depth).toBe(18);
    // Paths of length 0 have only the skip path: their energy is 1 of the whole.
    expect(-Math.log(prediction.lawFrom(1).pmf(0))).toBeCloseTo(prediction.logSquaredNorm[0], 12);
  });
});

describe("predictBackward refuses", () => {
  it.each([
    [{ activation: "gelu" }, "activation must be linear or relu for gradients"],
    [{ batch: 3 }, "batch must be at least 4 for gradients through BatchNorm"],
    [{ position: "merge" }, 'position must be pre for gradients through BatchNorm, not "post"'],
    [{ position: "last" }, 'position must be pre for gradients through BatchNorm, not "last"'],
    [{ position: "first", layers: 2 }, 'position must be pre for gradients through BatchNorm, not "first"'],
    [{ kind: "convolution", size: 4 }, "shape must be dense"],
  ] as const)("%o", (options, message) => {
    expect(() => predictBackward(network("batchnorm", options))).toThrow(message);
  });

  it("branches that are dropped", () => {
    expect(() => predictBackward(network("stochastic-depth"))).toThrow(
      "scheme must be one that keeps every branch",
    );
  });

  it("a block that there is not", () => {
    expect(() => predictBackward(network("batchnorm")).lawFrom(0)).toThrow(
      "block must be a whole number from 1 to 20",
    );
  });
});

/** |Π D δ|²/σ² of one feature x and one gradient δ. */
function energyBack(x: Float64Array, delta: Float64Array, isReLU: boolean): number {
  const batch = x.length;
  const mean = x.reduce((a, b) => a + b, 0) / batch;
  const deviation = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / batch);
  const z = x.map((value) => (value - mean) / deviation);
  const open = delta.map((value, b) => (isReLU && z[b] < 0 ? 0 : value));
  const own = open.reduce((a, b) => a + b, 0) / batch;
  const along = open.reduce((sum, value, b) => sum + value * z[b], 0) / batch;
  return open.reduce((sum, value, b) => sum + (value - own - along * z[b]) ** 2, 0) / deviation ** 2;
}
