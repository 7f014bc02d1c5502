import { linearRegression, mean } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { curveFunctionals, type Functional } from "../../src/compare/curve-contrasts.js";
import { nextNormal, openStream } from "../../src/random/index.js";

/** Evenly spaced, and not; the last are what is recorded of a deep network from a block on. */
const BLOCKS = [
  [1, 2, 3],
  [5, 6, 7, 8],
  Array.from({ length: 50 }, (_, index) => index + 1),
  [1, 2, 4, 8, 16, 32, 64],
  Array.from({ length: 300 }, (_, index) => Math.round(4 + (index * 9996) / 299)),
];

const of = <Name>({ weights }: Functional<Name>, values: ArrayLike<number>) =>
  weights.reduce((sum, weight, i) => sum + weight * values[i], 0);

/** a + b x + c x² through points, by its normal equations and Cramer's rule. */
function parabolaThrough(xs: readonly number[], ys: readonly number[]) {
  const s = (power: number) => xs.reduce((sum, x) => sum + x ** power, 0);
  const t = (power: number) => xs.reduce((sum, x, i) => sum + x ** power * ys[i], 0);
  const determinant = (m: number[]) =>
    m[0] * (m[4] * m[8] - m[5] * m[7]) -
    m[1] * (m[3] * m[8] - m[5] * m[6]) +
    m[2] * (m[3] * m[7] - m[4] * m[6]);
  const m = [s(0), s(1), s(2), s(1), s(2), s(3), s(2), s(3), s(4)];
  const [a, b, c] = [0, 1, 2].map((column) => {
    const with_ = m.map((value, i) => (i % 3 === column ? t(Math.floor(i / 3)) : value));
    return determinant(with_) / determinant(m);
  });
  return (x: number) => a + b * x + c * x * x;
}

describe.each(BLOCKS.map((blocks) => ({ blocks, count: blocks.length })))(
  "curveFunctionals of $count blocks",
  ({ blocks, count }) => {
    const { contrasts, places } = curveFunctionals(blocks);
    const stream = openStream({ seed: 3, purpose: "curve contrasts", index: [count, blocks[0]] });
    const curve = () => blocks.map(() => nextNormal(stream));
    const [first, last] = [blocks[0], blocks[count - 1]];
    const scaled = (block: number) => (2 * block - first - last) / (last - first);

    it("are those of a least-squares parabola, and its values at the places", () => {
      for (let round = 0; round < 5; round++) {
        const values = curve();
        const p = parabolaThrough(blocks.map(scaled), values);
        const found = Object.fromEntries(contrasts.map((one) => [one.name, of(one, values)]));
        expect(found.level).toBeCloseTo(mean(values), 10);
        expect(found.slope).toBeCloseTo((p(1) - p(-1)) / 2, 10);
        expect(found.curvature).toBeCloseTo(((p(-1) + p(1)) / 2 - p(0)) / 2, 10);
        expect([found.first, found.last]).toEqual([values[0], values[count - 1]]);
        for (const place of places) expect(of(place, values)).toBeCloseTo(p(scaled(place.name)), 10);
      }
    });

    it("follow the parabola at both ends, and between them at blocks of the curve", () => {
      const names = places.map(({ name }) => name);
      expect([names[0], names[names.length - 1]]).toEqual([first, last]);
      expect(names.every((name) => blocks.includes(name))).toBe(true);
      expect(new Set(names).size).toBe(Math.min(9, count));
    });

    it("are beyond their reach only of a curve that is beyond 1 somewhere", () => {
      for (let round = 0; round < 200; round++) {
        const values = curve();
        const most = Math.max(...values.map(Math.abs));
        for (const one of contrasts) {
          expect(Math.abs(of(one, values))).toBeLessThanOrEqual(most * one.reach * (1 + 1e-12));
        }
      }
      // And reach it: of the curve of ±1 that goes with the weights.
      for (const one of contrasts) {
        expect(of(one, one.weights.map(Math.sign))).toBeCloseTo(one.reach, 12);
      }
    });
  },
);

describe("curveFunctionals", () => {
  it("has the slope of a straight line, of which no curvature is seen", () => {
    const blocks = [3, 4, 5, 6, 7, 8];
    const { contrasts } = curveFunctionals(blocks);
    const values = blocks.map((block) => 2 - 0.5 * block);
    const { m } = linearRegression(blocks.map((block, i) => [block, values[i]]));
    const [, slope, curvature] = contrasts;
    expect(of(slope, values)).toBeCloseTo((m * (8 - 3)) / 2, 12);
    expect(of(curvature, values)).toBeCloseTo(0, 12);
  });

  it("is the ends alone where there are too few blocks for a parabola", () => {
    const names = (blocks: number[]) => curveFunctionals(blocks).contrasts.map(({ name }) => name);
    expect(names([7])).toEqual(["first"]);
    expect(names([7, 9])).toEqual(["first", "last"]);
    expect(curveFunctionals([7, 9]).places).toEqual([]);
  });

  it("misses between its places at most 1/32 of what the parabola is at ends and middle", () => {
    // Of a parabola that is at most 1 there: c x² with c ≤ 2, which rises by c/64 between neighbouring places.
    const p = (x: number) => 1 - 2 * (1 - x * x);
    let most = 0;
    for (let x = -1; x < 1; x += 0.25) most = Math.max(most, (p(x) + p(x + 0.25)) / 2 - p(x + 0.125));
    expect(most).toBeCloseTo(1 / 32, 12);
  });
});
