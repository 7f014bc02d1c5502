import { describe, expect, it } from "vitest";
import { fillOrthogonal } from "../../../src/montecarlo/layers/orthogonal.js";
import { fillNormal, openStream } from "../../../src/random/index.js";

interface Shape {
  readonly fanIn: number;
  readonly outputs: number;
  readonly gain?: number;
}

function draw(trial: number, { fanIn, outputs, gain = 1 }: Shape): Float32Array {
  const target = new Float32Array(fanIn * outputs);
  fillOrthogonal(target, { fanIn, outputs, gain, stream: streamOf(trial) });
  return target;
}

function streamOf(trial: number) {
  return openStream({ seed: 5, purpose: "orthogonal-test", index: [trial] });
}

/** Inner products of the columns of a matrix [rows, columns], or of its rows. */
function gram(
  q: Float32Array,
  { rows, columns, of }: { rows: number; columns: number; of: "rows" | "columns" },
) {
  const [count, length] = of === "columns" ? [columns, rows] : [rows, columns];
  const entry = (vector: number, i: number) =>
    of === "columns" ? q[i * columns + vector] : q[vector * columns + i];
  return Array.from({ length: count ** 2 }, (_, at) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += entry(Math.floor(at / count), i) * entry(at % count, i);
    return sum;
  });
}

/** Mean over draws of a statistic, less what it should be, in standard errors. */
function zScore(values: readonly number[], expected: number): number {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return (mean - expected) / Math.sqrt(spread / values.length);
}

function determinant(q: Float32Array): number {
  const [a, b, c, d, e, f, g, h, i] = q;
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

describe("fillOrthogonal", () => {
  it.each([
    [{ fanIn: 7, outputs: 7, gain: 1 }, "columns"],
    [{ fanIn: 18, outputs: 5, gain: 2 }, "columns"],
    [{ fanIn: 5, outputs: 18, gain: 2 }, "rows"],
    [{ fanIn: 1, outputs: 3, gain: 1 }, "rows"],
    [{ fanIn: 130, outputs: 127, gain: 1 }, "columns"],
  ] as const)("gives orthogonal vectors of variance gain/fanIn, %j", (shape, of) => {
    const { fanIn, outputs, gain } = shape;
    const q = draw(0, shape);
    const count = Math.min(fanIn, outputs);
    const norm2 = (gain * Math.max(fanIn, outputs)) / fanIn;
    // A sum of `length` products of numbers rounded to float32, each of relative error 2^−24.
    const bound = norm2 * 2 ** -23;
    for (const [at, product] of gram(q, { rows: fanIn, columns: outputs, of }).entries()) {
      const expected = Math.floor(at / count) === at % count ? norm2 : 0;
      expect(Math.abs(product - expected)).toBeLessThan(bound);
    }
    const variance = q.reduce((sum, value) => sum + value * value, 0) / q.length;
    expect(Math.abs((variance * fanIn) / gain - 1)).toBeLessThan(2 ** -22);
  });

  it.each([1, 2, 3])("is Q of the QR decomposition in which R has a positive diagonal, draw %i", (trial) => {
    const [fanIn, outputs] = [6, 4];
    const normals = new Float32Array(fanIn * outputs);
    fillNormal(normals, streamOf(trial), 1);
    const q = draw(trial, { fanIn, outputs });
    // R = Qᵀ A is upper triangular.
    for (let i = 0; i < outputs; i++) {
      for (let j = 0; j <= i; j++) {
        let r = 0;
        for (let k = 0; k < fanIn; k++) r += q[k * outputs + i] * normals[k * outputs + j];
        if (i === j) expect(r).toBeGreaterThan(0);
        else expect(Math.abs(r)).toBeLessThan(1e-6);
      }
    }
  });

  it("is Haar distributed: products of entries and the trace have its moments, and both signs of the determinant", () => {
    const n = 3;
    const draws = Array.from({ length: 4000 }, (_, trial) => draw(trial, { fanIn: n, outputs: n }));
    const z = (statistic: (q: Float32Array) => number, expected: number) =>
      Math.abs(zScore(draws.map(statistic), expected));
    expect(z((q) => q[0], 0)).toBeLessThan(4);
    expect(z((q) => q[8] ** 2, 1 / n)).toBeLessThan(4);
    expect(z((q) => q[4] ** 4, 3 / (n * (n + 2)))).toBeLessThan(4);
    expect(z((q) => (q[0] * q[1]) ** 2, 1 / (n * (n + 2)))).toBeLessThan(4);
    expect(z((q) => (q[0] * q[4]) ** 2, (n + 1) / (n * (n - 1) * (n + 2)))).toBeLessThan(4);
    expect(z((q) => q[0] * q[1] * q[3] * q[4], -1 / (n * (n - 1) * (n + 2)))).toBeLessThan(4);
    // Without the sign correction the diagonal would not be symmetric about 0, nor the trace's square 1.
    expect(z((q) => q[0] + q[4] + q[8], 0)).toBeLessThan(4);
    expect(z((q) => (q[0] + q[4] + q[8]) ** 2, 1)).toBeLessThan(4);
    expect(z((q) => Math.sign(determinant(q)), 0)).toBeLessThan(4);
  });
});
