import { describe, expect, it } from "vitest";
import { parseScale } from "../../../src/analytic/expression.js";
import {
  configureScheme,
  gradientPathLengths,
  predictGradients,
  predictMoments,
  predictPathLaw,
  resolveScheme,
} from "../../../src/analytic/index.js";
import { architectureOfStack } from "../../../src/network/architecture.js";
import { parseArchitecture, type ResidualArchitecture } from "../../../src/network/index.js";
import { logGradientGrowth, type SmallNetwork } from "../backpropagation.js";

const c = Math.PI / (Math.PI - 1);
/** ln ∏ of a factor over the blocks l…d. */
const logProduct = (from: number, to: number, factor: (i: number) => number) => {
  let log = 0;
  for (let i = from; i <= to; i++) log += Math.log(factor(i));
  return log;
};

describe("predictGradients against the formulas", () => {
  const depth = 60;
  const growth = (options: Parameters<typeof predictGradients>[0]) =>
    predictGradients(options).logSquaredNorm;
  const expectAll = (actual: Float64Array, factor: (i: number) => number) => {
    for (let l = 1; l <= depth; l++) expect(actual[l - 1]).toBeCloseTo(logProduct(l, depth, factor), 10);
  };

  it("linear BatchNorm: ∏ (1 + 1/i)", () => {
    expectAll(growth({ scheme: resolveScheme("batchnorm"), depth }), (i) => 1 + 1 / i);
  });

  it("ReLU BatchNorm: ∏ (1 + c/i), c = π/(π−1), where the first input has the variance of a branch", () => {
    const options = { scheme: resolveScheme("batchnorm"), depth, activation: "relu" } as const;
    expectAll(growth({ ...options, inputVariance: 1 / c }), (i) => 1 + c / i);
    // From an input of variance 1: Var(x_i) = 1 + (i − 1)/c.
    expectAll(growth(options), (i) => 1 + c / (c + i - 1));
  });

  it.each(["linear", "relu"] as const)("unnormalised, %s: 2^{L−l}", (activation) => {
    expectAll(growth({ scheme: resolveScheme("unnormalized"), depth, activation }), () => 2);
  });

  it("BatchNorm-ReLU without skip paths: 1.467^{L−l}", () => {
    const scheme = configureScheme("custom", { skip: parseScale("0"), normalized: true });
    const factors = growth({ scheme, depth, activation: "relu", inputVariance: 1 / c });
    expectAll(factors, () => 1.4669422069242599);
  });

  it("does not overflow", () => {
    const scheme = resolveScheme("unnormalized");
    expect(growth({ scheme, depth: 5000 })[0]).toBeCloseTo(5000 * Math.LN2, 8);
  });

  it.each(["sqrt2", "post-ln", "deepnorm"])("%s keeps the gradient", (name) => {
    expectAll(growth({ scheme: resolveScheme(name), depth, activation: "relu" }), () => 1);
  });

  it("a transition divides both paths by the variance of the stage before", () => {
    const architecture = parseArchitecture("wrn-16-2");
    const { skipGain, branchGain } = predictGradients({ scheme: resolveScheme("batchnorm"), architecture });
    // Linear: variances 1, 2 | 3 → 2 | 3 → 2 before the blocks.
    expect([...skipGain]).toEqual([1, 1, 1 / 3, 1, 1 / 3, 1]);
    expect([...branchGain]).toEqual([1, 1 / 2, 1 / 3, 1 / 2, 1 / 3, 1 / 2]);
  });
});

describe("the backward law of the path lengths", () => {
  it.each(["batchnorm", "skipinit", "unnormalized", "pre-ln", "nfnet"])(
    "is the forward one: %s, linear",
    (name) => {
      const scheme = resolveScheme(name);
      const backward = gradientPathLengths({ scheme, depth: 30 });
      const { lengths } = predictPathLaw({ scheme, depth: 30 });
      for (let k = 0; k <= 30; k++) expect(backward.pmf(k) / lengths.pmf(k)).toBeCloseTo(1, 11);
    },
  );

  it("is not for BatchNorm-ReLU: c/(2c + i − 1)", () => {
    const backward = gradientPathLengths({
      scheme: resolveScheme("batchnorm"),
      depth: 30,
      activation: "relu",
    });
    let mean = 0;
    for (let i = 1; i <= 30; i++) mean += c / (2 * c + i - 1);
    expect(backward.mean).toBeCloseTo(mean, 12);
  });
});

describe("predictGradients against backpropagation through random networks", () => {
  const TRIALS = 10;
  /** 99.9 % of Student's t with 9 degrees of freedom, two-sided. */
  const T = 4.781;

  it.each([
    ["batchnorm", "batch", "linear", 1, 1],
    ["batchnorm", "batch", "relu", 1, 1],
    ["batchnorm", "batch", "relu", 2, 1],
    ["pre-ln", "layer", "relu", 1, 1],
    ["nfnet", "expected", "relu", 1, 0.8],
    ["nfnet", "expected", "relu", 2, 0.8],
    ["skipinit", "none", "relu", 2, 0.5],
  ] as const)("%s (%s, %s, %i layers)", (name, normalizer, activation, layers, alpha) => {
    const depth = 8;
    const scheme = resolveScheme(name, alpha === 1 ? undefined : parseScale(String(alpha)));
    const architecture = stackOf(depth, layers);
    const { input } = predictMoments({ scheme, architecture, activation });
    const network: Omit<SmallNetwork, "seed" | "width" | "batch"> = {
      depth,
      activation,
      normalizer,
      layers,
      skip: 1,
      alpha,
      expectedVariance: (block) => input.secondMoment[block - 1],
    };
    const sampled = (size: number) => {
      const growths = Array.from({ length: TRIALS }, (_, seed) =>
        logGradientGrowth({ ...network, width: size, batch: size, seed }),
      );
      const mean = growths.reduce((sum, value) => sum + value, 0) / TRIALS;
      const square = growths.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return { mean, se: Math.sqrt(square / (TRIALS * (TRIALS - 1))) };
    };
    // The prediction is for an infinite width and batch: what is missing goes with their inverse, and is extrapolated.
    const [small, large] = [sampled(48), sampled(96)];
    const se = Math.hypot(2 * large.se, small.se);
    const theory = predictGradients({ scheme, architecture, activation }).logSquaredNorm[0];
    expect(se).toBeLessThan(0.15);
    expect(Math.abs(2 * large.mean - small.mean - theory)).toBeLessThan(T * se);
  });
});

/** One stage without transitions and with so many weight layers a branch. */
function stackOf(depth: number, layers: number): ResidualArchitecture {
  const layer = { kernel: 1, stride: 1, width: 1 };
  const stages = [{ blocks: depth, layers: Array.from({ length: layers }, () => layer) }];
  return architectureOfStack({ name: "stack", imageSize: 1, stem: { ...layer, pooling: 1 }, stages });
}
