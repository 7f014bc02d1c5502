import { describe, expect, it } from "vitest";
import { fillNormal, nextNormal, openStream } from "../../src/random/index.js";

const COUNT = 4_000_000;
const draws = new Float32Array(COUNT);
fillNormal(draws, openStream({ seed: 7, purpose: "test" }), 1);

/** P(X > x) for X ~ N(0, 1) by the continued fraction of Mills' ratio, to well below 1e-12 for x ≥ 2. */
function upperTail(x: number): number {
  let fraction = x;
  for (let k = 200; k >= 1; k--) fraction = x + k / fraction;
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI) / fraction;
}

/** Φ(x) by Simpson's rule from 0, independent of any table. */
function cumulative(x: number): number {
  const steps = 2000;
  const h = x / steps;
  let sum = 1 + Math.exp(-0.5 * x * x);
  for (let i = 1; i < steps; i++) sum += (i % 2 ? 4 : 2) * Math.exp(-0.5 * (i * h) ** 2);
  return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

describe("fillNormal", () => {
  // E X^p and Var X^p = E X^2p − (E X^p)², with E X^2p = (2p − 1)!!.
  it.each([
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
  ])("has the moment of order %i within four standard errors", (order, expected, variance) => {
    let sum = 0;
    for (const x of draws) sum += x ** order;
    const z = (sum / COUNT - expected) / Math.sqrt(variance / COUNT);
    expect(Math.abs(z)).toBeLessThan(4);
  });

  it.each([2, 3.5, 3.7, 4.5])("leaves the right mass beyond %f on both sides", (edge) => {
    let above = 0;
    let below = 0;
    for (const x of draws) {
      if (x > edge) above++;
      if (x < -edge) below++;
    }
    const expected = COUNT * upperTail(edge);
    for (const count of [above, below]) {
      expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected) + 1);
    }
  });

  it("has the tail's shape: the mean excess beyond its edge", () => {
    const stream = openStream({ seed: 8, purpose: "tail" });
    const block = new Float32Array(1_000_000);
    const edge = 3.6541528853610088;
    let [count, sum] = [0, 0];
    for (let round = 0; round < 40; round++) {
      fillNormal(block, stream, 1);
      for (const x of block) {
        if (Math.abs(x) <= edge) continue;
        count++;
        sum += Math.abs(x) - edge;
      }
    }
    // Of a normal variable beyond a: mean λ − a and variance 1 − λ(λ − a), with λ = f(a) / P(X > a).
    const lambda = Math.exp(-0.5 * edge * edge) / Math.sqrt(2 * Math.PI) / upperTail(edge);
    const se = Math.sqrt((1 - lambda * (lambda - edge)) / count);
    expect(Math.abs(sum / count - (lambda - edge)) / se).toBeLessThan(4);
  });

  it("passes a chi-square test over 200 cells, the tail's edge among them", () => {
    const cells = 200;
    const [low, high] = [-4, 4];
    const counts = new Float64Array(cells + 2);
    for (const x of draws) {
      counts[Math.min(cells + 1, Math.max(0, 1 + Math.floor(((x - low) / (high - low)) * cells)))]++;
    }
    const edges = Array.from({ length: cells + 1 }, (_, i) => cumulative(low + ((high - low) * i) / cells));
    const mass = [edges[0], ...edges.slice(1).map((p, i) => p - edges[i]), 1 - edges[cells]];
    const chiSquare = mass.reduce((sum, p, i) => sum + (counts[i] - COUNT * p) ** 2 / (COUNT * p), 0);
    const freedom = mass.length - 1;
    expect(Math.abs(chiSquare - freedom)).toBeLessThan(4 * Math.sqrt(2 * freedom));
  });

  it("has no correlation from one draw to the next, of values or of squares", () => {
    let values = 0;
    let squares = 0;
    for (let i = 1; i < COUNT; i++) {
      values += draws[i] * draws[i - 1];
      squares += (draws[i] ** 2 - 1) * (draws[i - 1] ** 2 - 1);
    }
    expect(Math.abs(values) / Math.sqrt(COUNT)).toBeLessThan(4);
    expect(Math.abs(squares) / Math.sqrt(4 * COUNT)).toBeLessThan(4);
  });

  it("multiplies by the standard deviation, and draws what nextNormal draws", () => {
    const target = new Float32Array(5000);
    fillNormal(target, openStream({ seed: 0, purpose: "test" }), 0.25);
    const stream = openStream({ seed: 0, purpose: "test" });
    expect(Array.from(target)).toEqual(
      Array.from(target, () => Math.fround(Math.fround(nextNormal(stream) * 0.25))),
    );
  });

  it("keeps its stream from version to version", () => {
    const stream = openStream({ seed: 0, purpose: "snapshot" });
    expect(Array.from({ length: 6 }, () => nextNormal(stream))).toMatchInlineSnapshot(`
      [
        -1.5062093198912752,
        1.0188971680871053,
        -1.6227939964282703,
        1.0442353518685035,
        -0.41394514880349786,
        0.35361229083017265,
      ]
    `);
  });
});
