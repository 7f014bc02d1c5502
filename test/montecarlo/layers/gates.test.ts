import { describe, expect, it } from "vitest";
import { GATES, isHomogeneous } from "../../../src/montecarlo/layers/gates.js";

/** P(Z > z) for z ≥ 1 by the continued fraction of Mills' ratio, to well below 1e-12. */
function upperTail(z: number): number {
  let fraction = z;
  for (let k = 2000; k >= 1; k--) fraction = z + k / fraction;
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI) / fraction;
}

/** P(0 < Z < z) by Simpson's rule. */
function fromZero(z: number): number {
  const steps = 400;
  const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(z);
  for (let i = 1; i < steps; i++) sum += (i % 2 ? 4 : 2) * density((i * z) / steps);
  return (sum * z) / steps / 3;
}

describe("the gate of GELU", () => {
  it("is Φ to 3e-10 everywhere", () => {
    let worst = 0;
    for (let z = 0; z < 9; z += 0.00417) {
      const expected = z < 2 ? 0.5 + fromZero(z) : 1 - upperTail(z);
      worst = Math.max(worst, Math.abs(GATES.gelu(z) - expected), Math.abs(GATES.gelu(-z) - (1 - expected)));
    }
    expect(worst).toBeLessThan(3e-10);
    expect(worst).toBeGreaterThan(0);
  });

  it("is 0 or 1 far out", () => {
    expect([-1e300, Number.NEGATIVE_INFINITY].map(GATES.gelu)).toEqual([0, 0]);
    expect([1e300, Number.POSITIVE_INFINITY].map(GATES.gelu)).toEqual([1, 1]);
  });
});

describe("the other gates", () => {
  it.each([-3, -0.2, 1e-300, 0.7, 20])("make the activation of %f", (z) => {
    expect(GATES.linear(z) * z).toBe(z);
    expect(GATES.relu(z) * z).toBeCloseTo(Math.max(0, z), 15);
    expect(GATES.tanh(z) * z).toBeCloseTo(Math.tanh(z), 15);
  });

  it("have a value at 0 and far out", () => {
    expect([0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(GATES.tanh)).toEqual([1, 0, 0]);
  });

  it("tell what multiplies with its input", () => {
    for (const activation of ["linear", "relu", "tanh", "gelu"] as const) {
      const gate = GATES[activation];
      expect(isHomogeneous(activation)).toBe([-2, 0.5].every((z) => gate(3 * z) === gate(z)));
    }
  });
});
