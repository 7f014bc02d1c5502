import { describe, expect, it } from "vitest";
import { denseField } from "../../../src/analytic/mean-field/dense-field.js";
import { normalRule, sphereRule } from "../../../src/analytic/mean-field/gauss-rule.js";
import { gaussianKernel } from "../../../src/analytic/mean-field/gaussian-kernel.js";
import { kernelBySite } from "../../../src/analytic/mean-field/kernel-by-site.js";
import { sphereKernel } from "../../../src/analytic/mean-field/sphere-kernel.js";
import type { BranchActivation } from "../../../src/network/activations.js";
import fixture from "../../fixtures/mean-field.json" with { type: "json" };

/** The references agree to this at two resolutions (scripts/fixtures/mean_field.py). */
const TOLERANCE = 1e-12;

describe("gaussianKernel against double integrals", () => {
  const cases = fixture.gaussian as [BranchActivation, number, number, string][];
  it.each(cases)("%s, variance %d, correlation %d", (activation, q, rho, expected) => {
    expect(Math.abs(q * gaussianKernel(activation, q, rho) - Number(expected))).toBeLessThan(TOLERANCE);
  });

  it("is that of ReLU for GELU, and 0 for tanh, at infinite variance", () => {
    for (const rho of [-1, -0.4, 0, 0.7, 1]) {
      const relu = gaussianKernel("relu", 1, rho);
      expect(gaussianKernel("gelu", Number.POSITIVE_INFINITY, rho)).toBeCloseTo(relu, 14);
      expect(gaussianKernel("gelu", 1e20, rho)).toBeCloseTo(relu, 9);
      expect(gaussianKernel("tanh", Number.POSITIVE_INFINITY, rho)).toBeCloseTo(0, 14);
    }
  });

  it("is that of z/2 for GELU, and of z for tanh, at no variance", () => {
    expect(gaussianKernel("gelu", 0, 0.6)).toBeCloseTo(0.15, 14);
    expect(gaussianKernel("tanh", 0, 0.6)).toBeCloseTo(0.6, 14);
    expect(gaussianKernel("tanh", 1e-12, 0.6)).toBeCloseTo(0.6, 10);
  });

  it("goes on smoothly where tanh is taken as the sign", () => {
    // The difference of the two is of the order of 1/√q.
    for (const rho of [-0.5, 0.3]) {
      const [within, beyond] = [1e6, 1.001e6].map((q) => q * gaussianKernel("tanh", q, rho));
      expect(Math.abs(within / beyond - 1)).toBeLessThan(2e-3);
    }
  });
});

describe("sphereKernel against integrals over the disc", () => {
  const cases = fixture.sphere as [BranchActivation, number, string, string][];
  it.each(cases)("%s, batch %d", (activation, batch, square, pair) => {
    const found = sphereKernel(activation, batch);
    expect(Math.abs(found.square - Number(square))).toBeLessThan(TOLERANCE);
    expect(Math.abs(found.pair - Number(pair))).toBeLessThan(TOLERANCE);
  });

  it("tends to the Gaussian one", () => {
    for (const activation of ["tanh", "gelu"] as const) {
      const { square, pair } = sphereKernel(activation, 1e9);
      expect(square).toBeCloseTo(gaussianKernel(activation, 1, 1), 7);
      expect(pair).toBeCloseTo(gaussianKernel(activation, 1, 0), 7);
    }
  });

  it.each(["tanh", "gelu"] as const)("of two and of three inputs is a sum over points: %s", (activation) => {
    const f = activation === "tanh" ? Math.tanh : (z: number) => z * distribution(z);
    const two = sphereKernel(activation, 2);
    expect(two.square).toBeCloseTo((f(1) ** 2 + f(-1) ** 2) / 2, 13);
    expect(two.pair).toBeCloseTo(f(1) * f(-1), 13);
    // Three: the circle, whose trapezoidal sums converge as fast as any.
    const angles = Array.from({ length: 400 }, (_, j) => (j * Math.PI) / 200);
    const at = (angle: number) => f(Math.SQRT2 * Math.cos(angle));
    const mean = (value: (angle: number) => number) => angles.reduce((sum, a) => sum + value(a), 0) / 400;
    const three = sphereKernel(activation, 3);
    expect(three.square).toBeCloseTo(
      mean((a) => at(a) ** 2),
      13,
    );
    expect(three.pair).toBeCloseTo(
      mean((a) => at(a) * at(a + (2 * Math.PI) / 3)),
      13,
    );
  });
});

/** Φ by the series of erf. */
function distribution(z: number): number {
  let sum = 0;
  let power = z / Math.SQRT2;
  for (let n = 0; n < 60; n++) {
    sum += power / (2 * n + 1);
    power *= (-z * z) / (2 * (n + 1));
  }
  return 0.5 + sum / Math.sqrt(Math.PI);
}

describe("Gauss rules", () => {
  it("integrate the moments of their densities", () => {
    const moment = ({ nodes, weights }: ReturnType<typeof normalRule>, power: number) =>
      nodes.reduce((sum, z, j) => sum + weights[j] * z ** power, 0);
    const normal = normalRule(20);
    expect(moment(normal, 2)).toBeCloseTo(1, 13);
    expect(moment(normal, 8)).toBeCloseTo(105, 10);
    expect(moment(normal, 7)).toBeCloseTo(0, 12);
    for (const dimension of [1, 2, 3, 15, 63]) {
      // A coordinate of a uniform point: E z⁴ = 3 n/(n + 2) where E z² = 1.
      const rule = sphereRule(dimension, Math.sqrt(dimension), 20);
      expect(moment(rule, 2)).toBeCloseTo(1, 13);
      expect(moment(rule, 4)).toBeCloseTo((3 * dimension) / (dimension + 2), 12);
    }
  });
});

describe("the parts of a sum with what BatchNorm returned", () => {
  const cases = fixture.split as [number, number, number, string][];
  it.each(cases)("%d and %d at batch %i", (s, b, batch, expected) => {
    const field = denseField(batch);
    const skip = field.scaled(field.normalized(field.start, "batch"), s);
    const branch = field.scaled(field.start, b * (batch / (batch - 1)));
    const values = { skip: field.moments(skip).variance, branch: field.moments(branch).variance };
    const parts = field.parts(skip, values, "variance");
    expect(parts.branch / (parts.skip + parts.branch)).toBeCloseTo(Number(expected), 13);
    expect(parts.skip + parts.branch).toBeCloseTo(s + b, 13);
  });

  it("are their variances at an infinite batch", () => {
    const field = denseField(Number.POSITIVE_INFINITY);
    const behind = field.normalized(field.start, "batch");
    expect(behind).toMatchObject({ second: 1, shared: 0 });
    for (const [s, b] of [
      [0.3, 0.7],
      [0, 1],
      [1, 0],
    ]) {
      expect(field.moments(field.scaled(behind, s)).variance).toBe(s);
      const variances = { skip: s, branch: b };
      expect(field.parts(field.scaled(behind, s), variances, "variance")).toEqual(variances);
    }
  });
});

describe("kernelBySite", () => {
  it.each(["tanh", "gelu", "relu"] as const)("interpolates between variances: %s", (activation) => {
    const variances = Float64Array.from({ length: 100 }, (_, p) => 0.05 * 1.05 ** p);
    const kernel = kernelBySite(activation, variances, 0.4);
    for (const q of variances)
      expect(Math.abs(kernel(q) - gaussianKernel(activation, q, 0.4))).toBeLessThan(1e-7);
  });
});
