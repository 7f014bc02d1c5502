import { describe, expect, it } from "vitest";
import {
  gradientPathLengths,
  predictConvolutionalMoments,
  predictGradients,
  predictMapProfile,
  predictMoments,
  predictPathLaw,
  predictStageMoments,
  predictVarianceProfile,
  resolveScheme,
} from "../../../src/analytic/index.js";
import { gaussianKernel } from "../../../src/analytic/mean-field/gaussian-kernel.js";
import { predictBackward, predictNetwork } from "../../../src/analytic/mean-field/index.js";
import { sphereKernel } from "../../../src/analytic/mean-field/sphere-kernel.js";
import { networkOf } from "../../../src/montecarlo/index.js";
import {
  ACTIVATIONS,
  type Activation,
  BRANCH_ACTIVATIONS,
  parseArchitecture,
  SCHEME_NAMES,
  type SchemeName,
} from "../../../src/network/index.js";
import type { SampledNetwork } from "../../../src/network/sampled-network.js";
import { timesPowerOfTwo } from "../../../src/network/scaled-number.js";
import { nextNormal, openStream } from "../../../src/random/index.js";

const INFINITE = Number.POSITIVE_INFINITY;
const DEPTHS = [1, 7, 100];
const PATHS = ["input", "skip", "branch"] as const;
const MOMENTS = ["secondMoment", "meanSquared", "variance"] as const;

interface Case {
  readonly name: SchemeName;
  readonly activation: Activation;
  readonly depth?: number;
  readonly architectureName?: string;
}

/** Every scheme with both activations, in uniform stacks and in a real network. */
const CASES: Case[] = SCHEME_NAMES.flatMap((name) =>
  ACTIVATIONS.flatMap((activation) => [
    ...DEPTHS.map((depth) => ({ name, activation, depth })),
    { name, activation, architectureName: "wrn-28-2" },
    { name, activation, architectureName: "resnet-50-v2" },
  ]),
);

function optionsOf({ name, activation, depth, architectureName }: Case) {
  const scheme = resolveScheme(name);
  const architecture = architectureName === undefined ? undefined : parseArchitecture(architectureName);
  const options = {
    scheme,
    activation,
    inputVariance: 1.7,
    ...(architecture ? { architecture } : { depth }),
  };
  return { options, network: networkOf(scheme, { ...options, batch: INFINITE }) };
}

/**
 * The rounding that two ways of computing the same moments may differ by, of 1. A block rounds a dozen times, its scales and sums
 * among them, and each weight layer as often; a ReLU layer's correlation R(ρ) is rounded in √(1 − ρ²), which makes of an error
 * in ρ one 1/√(1 − ρ²) as large, and R grows no faster than ρ, so that errors add up.
 */
function roundingOf(network: SampledNetwork, correlation: number): number {
  const layers = network.depth * (1 + network.branchLayers);
  const steepness = network.activation === "relu" ? 1 / Math.sqrt(1 - correlation ** 2) : 1;
  return 12 * layers * steepness * (Number.EPSILON / 2);
}

/** The largest correlation of two inputs anywhere. */
function largestCorrelation({ input, branch }: ReturnType<typeof predictMoments>): number {
  const of = ({ meanSquared, secondMoment }: typeof input) =>
    meanSquared.map((value, i) => (secondMoment[i] > 0 ? value / secondMoment[i] : 0));
  return Math.max(...of(input), ...of(branch));
}

describe("predictNetwork at an infinite batch", () => {
  it.each(CASES)("has the moments of predictMoments: $name $activation $depth $architectureName", (one) => {
    const { options, network } = optionsOf(one);
    const expected = predictMoments(options);
    const found = predictNetwork(network);
    const tolerance = roundingOf(network, largestCorrelation(expected));
    for (const path of PATHS) {
      const exponents = path === "input" ? expected.inputExponent : expected.exponent;
      for (const [i, second] of expected[path].secondMoment.entries()) {
        for (const moment of MOMENTS) {
          const value = timesPowerOfTwo(found[path][moment][i], found.exponent[i] - exponents[i]);
          expect(Math.abs(value - expected[path][moment][i])).toBeLessThanOrEqual(tolerance * second);
        }
      }
    }
  });

  it.each(CASES)("has the law of predictPathLaw: $name $activation $depth $architectureName", (one) => {
    const { options, network } = optionsOf(one);
    const law = predictNetwork(network).lawAfter(network.depth);
    const { lengths } = predictPathLaw(options);
    // Two laws differ by at most Σ |q_i − q'_i|; each rounds its table once more a block.
    const rounding = roundingOf(network, largestCorrelation(predictMoments(options)));
    const tolerance = network.depth * (rounding + Number.EPSILON);
    for (let k = 0; k <= network.depth; k++) {
      expect(Math.abs(law.pmf(k) - lengths.pmf(k))).toBeLessThanOrEqual(tolerance);
    }
    expect(law.depth).toBe(network.depth);
  });

  it("has the profile of predictVarianceProfile", () => {
    for (const name of SCHEME_NAMES) {
      const { options, network } = optionsOf({ name, activation: "relu", depth: 20 });
      const { skip, branch, moment } = predictVarianceProfile(options);
      const found = predictNetwork(network);
      expect(moment).toBe(found.counted === "variance" ? "batch variance" : "second moment");
      const moments = predictMoments(options);
      const tolerance = roundingOf(network, largestCorrelation(moments));
      for (let i = 0; i < 20; i++) {
        const unit = 2 ** found.exponent[i];
        for (const [path, values] of Object.entries({ skip, branch }) as ["skip" | "branch", number[]][]) {
          const second = moments[path].secondMoment[i] * 2 ** moments.exponent[i];
          expect(Math.abs(values[i] - unit * found.profile[path][i])).toBeLessThanOrEqual(tolerance * second);
        }
      }
    }
  });

  it("is the limit of finite batches, behind BatchNorm in both positions", () => {
    for (const activation of BRANCH_ACTIVATIONS) {
      for (const position of ["pre", "post"] as const) {
        const scheme = resolveScheme("batchnorm");
        const options = { activation, position, normalizer: "batch", branchLayers: 2, depth: 9 } as const;
        const at = (batch: number) => {
          const { branch, profile, lawAfter } = predictNetwork(networkOf(scheme, { ...options, batch }));
          const law = lawAfter(9);
          return [branch.variance[8], branch.meanSquared[8], profile.skip[8], law.mean, law.pmf(0)];
        };
        expectLimit(at);
      }
    }
  });
});

describe("sphereKernel at an infinite batch", () => {
  it.each(BRANCH_ACTIVATIONS)("is the Gaussian kernel of independent inputs: %s", (activation) => {
    const { square, pair } = sphereKernel(activation, INFINITE);
    expect(square).toBe(gaussianKernel(activation, 1, 1));
    expect(pair).toBe(gaussianKernel(activation, 1, 0));
  });

  it("is 1 and 0 for linear units, ½ and 1/2π for ReLU", () => {
    expect(sphereKernel("linear", INFINITE)).toEqual({ square: 1, pair: 0 });
    expect(sphereKernel("relu", INFINITE).square).toBe(0.5);
    expect(sphereKernel("relu", INFINITE).pair).toBeCloseTo(1 / (2 * Math.PI), 16);
  });
});

describe("predictBackward at an infinite batch", () => {
  const kept = CASES.filter(({ name }) => !resolveScheme(name).survival);

  it.each(kept)("is predictGradients: $name $activation $depth $architectureName", (one) => {
    const { options, network } = optionsOf(one);
    const found = predictBackward(network);
    const expected = predictGradients(options);
    const moments = predictMoments(options);
    // What BatchNorm divides by is a difference.
    const ofVariance = moments.input.variance.map((v, i) => moments.input.secondMoment[i] / v);
    const lost = network.normalizer === "batch" ? Math.max(...ofVariance) : 1;
    const tolerance = roundingOf(network, largestCorrelation(moments)) * lost;
    const law = found.lawFrom(1);
    const lengths = gradientPathLengths(options);
    for (let i = 0; i < network.depth; i++) {
      const whole = expected.skipGain[i] + expected.branchGain[i];
      expect(Math.abs(found.skipGain[i] - expected.skipGain[i])).toBeLessThanOrEqual(tolerance * whole);
      expect(Math.abs(found.branchGain[i] - expected.branchGain[i])).toBeLessThanOrEqual(tolerance * whole);
      const [log, difference] = [
        expected.logSquaredNorm[i],
        found.logSquaredNorm[i] - expected.logSquaredNorm[i],
      ];
      // A relative error of each gain behind it, and as many sums of what has come together.
      const ofLog = (network.depth - i) * (tolerance + Number.EPSILON * Math.abs(log));
      expect(Math.abs(difference)).toBeLessThanOrEqual(ofLog);
      expect(Math.abs(law.pmf(i) - lengths.pmf(i))).toBeLessThanOrEqual(
        network.depth * (tolerance + Number.EPSILON),
      );
    }
  });

  it.each(ACTIVATIONS)("is the limit of finite batches behind BatchNorm: %s", (activation) => {
    expectLimit((batch) => {
      const options = { activation, branchLayers: 2, depth: 9, batch };
      const { logSquaredNorm, branchGain, lawFrom } = predictBackward(
        networkOf(resolveScheme("batchnorm"), options),
      );
      const law = lawFrom(1);
      return [logSquaredNorm[0], branchGain[4], law.mean, law.pmf(0), law.pmf(3)];
    });
  });
});

describe("the predictions for maps are those of predictNetwork, to the last bit", () => {
  const scheme = resolveScheme("batchnorm");
  const maps = { activation: "relu", convolutional: true, batch: INFINITE } as const;

  it.each([
    ["wrn-16-2", 1],
    ["wrn-16-2", 1e-80],
    ["resnet-50-v2", 2.5],
  ] as const)("predictStageMoments: %s, input variance %d", (name, inputVariance) => {
    const architecture = parseArchitecture(name);
    const [imageSize, channels] = [40, 16];
    const found = predictNetwork(
      networkOf(scheme, { ...maps, architecture, imageSize, channels, inputVariance }),
    );
    const { blocks } = predictStageMoments({ scheme, architecture, imageSize, inputVariance });
    const profile = predictMapProfile({ scheme, architecture, imageSize, inputVariance });
    for (const [i, block] of blocks.entries()) {
      const unit = 2 ** found.exponent[i];
      for (const path of PATHS) {
        for (const moment of MOMENTS) expect(block[path][moment]).toBe(unit * found[path][moment][i]);
      }
      expect(profile.skip[i]).toBe(block.skip.variance);
      expect(profile.branch[i]).toBe(block.branch.variance);
    }
  });

  it("predictConvolutionalMoments", () => {
    for (const [depth, size] of [
      [1, 1],
      [30, 9],
    ]) {
      const found = predictNetwork(networkOf(scheme, { ...maps, depth, imageSize: size }));
      expect(predictConvolutionalMoments({ depth, size })).toEqual({
        skipSecondMoment: found.input.secondMoment,
        movingMeanSquared: found.input.meanSquared,
        skip: found.input.variance,
        branch: found.branch.variance,
      });
    }
  });

  it("predictConvolutionalMoments of given images", () => {
    const stream = openStream({ seed: 1, purpose: "images" });
    const [count, imageSize, channels, depth] = [3, 8, 3, 24];
    // A pixel and its neighbour alike, and images of different norms.
    const data = Float32Array.from(
      { length: count * imageSize * imageSize * channels },
      (_, at) => (1 + Math.floor(at / (imageSize * imageSize * channels))) * (nextNormal(stream) + (at % 2)),
    );
    const images = { data, count, channels };
    const network = networkOf(scheme, { ...maps, depth, imageSize, batch: count });
    const found = predictNetwork(network, { images });
    expect(predictConvolutionalMoments({ depth, size: imageSize, images })).toEqual({
      skipSecondMoment: found.input.secondMoment,
      movingMeanSquared: found.input.meanSquared,
      skip: found.input.variance,
      branch: found.branch.variance,
    });
  });

  it("predictConvolutionalMoments of images beyond 2^±200, whose states have a power", () => {
    const [count, size, channels, depth] = [2, 4, 1, 3];
    const of = (factor: number) => {
      const data = Float32Array.from({ length: count * size * size }, (_, at) => factor * (1 + (at % 5)));
      return predictConvolutionalMoments({ depth, size, images: { data, count, channels } });
    };
    // What the first block is given; its branch is normalised.
    const factor = 2 ** 120;
    expect(of(factor).skipSecondMoment[0]).toBe(factor ** 2 * of(1).skipSecondMoment[0]);
    expect(of(factor).branch[0]).toBe(of(1).branch[0]);
  });
});

/** Levels of Richardson's extrapolation, from this batch, doubled each time. */
const LEVELS = 7;
const FIRST_BATCH = 64;
/** Every weight layer, of two in nine blocks, is integrated to 1e-12 (sphereKernel). */
const QUADRATURE = 18 * 1e-12;

/**
 * What is analytic in 1/B at an infinite batch is what Richardson's table makes of finite ones. It leaves the seventh power,
 * ∏ 1/B_j ≈ 2e-19 of it, and multiplies an error of its rows by ∏ (2^j + 1)/(2^j − 1) ≈ 8.
 */
function expectLimit(at: (batch: number) => readonly number[]): void {
  let table = Array.from({ length: LEVELS }, (_, level) => at(FIRST_BATCH * 2 ** level));
  for (let level = 1; level < LEVELS; level++) {
    const factor = 2 ** level;
    table = table
      .slice(1)
      .map((row, index) => row.map((value, n) => (factor * value - table[index][n]) / (factor - 1)));
  }
  for (const [n, value] of at(INFINITE).entries()) {
    expect(Math.abs(table[0][n] - value)).toBeLessThan(8 * QUADRATURE * Math.max(1, Math.abs(value)));
  }
}
