import { describe, expect, it } from "vitest";
import { gaussianKernel } from "../../src/analytic/mean-field/gaussian-kernel.js";
import { BRANCH_ACTIVATION_DEFINITIONS, BRANCH_ACTIVATIONS } from "../../src/network/activations.js";

// mpmath, 50 digits: 1/(E φ(z)² − (E φ(z))²) by quad over [-40, -10, -5, -1, 0, 1, 5, 10, 40], rounded.
const PRESERVING = {
  linear: 1,
  relu: 2.93388441384852,
  tanh: 2.536175433217454,
  gelu: 2.893150085362101,
} as const;

describe("what follows from an activation", () => {
  it.each(BRANCH_ACTIVATIONS)("%s: the gain that keeps the variance, and whether there is a mean", (name) => {
    const { preservingGain, hasMean, usualGain } = BRANCH_ACTIVATION_DEFINITIONS[name];
    expect(Math.abs(preservingGain / PRESERVING[name] - 1)).toBeLessThan(8 * Number.EPSILON);
    const variance = gaussianKernel(name, 1, 1) - gaussianKernel(name, 1, 0);
    expect(Math.abs(preservingGain * variance - 1)).toBeLessThan(8 * Number.EPSILON);
    expect(hasMean).toBe(gaussianKernel(name, 1, 0) > 1e-12);
    // He's where the second moment is halved, as E φ(z)² of ReLU is, and nearly GELU's 0.4252.
    expect(usualGain).toBe(gaussianKernel(name, 1e6, 1) < 0.9 && hasMean ? 2 : 1);
  });
});
