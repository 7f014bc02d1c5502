import { describe, expect, it } from "vitest";
import { DataOrder, shuffledOrder } from "../../src/data/data-order.js";
import { InvalidArgumentError } from "../../src/network/errors.js";
import { openStream } from "../../src/random/stream.js";
import { chiSquare, chiSquareLimit } from "./statistics.js";

const ascending = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("shuffledOrder", () => {
  it("is a permutation", () => {
    for (const count of [0, 1, 2, 1000]) {
      const order = shuffledOrder(count, openStream({ seed: 0, purpose: "test" }));
      expect([...order].sort((a, b) => a - b)).toEqual(ascending(count));
    }
  });

  it("gives each of the 5! permutations equally often", () => {
    const stream = openStream({ seed: 0, purpose: "test" });
    const counts = new Map<string, number>();
    for (let trial = 0; trial < 24_000; trial++) {
      const key = shuffledOrder(5, stream).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(120);
    expect(chiSquare([...counts.values()])).toBeLessThan(chiSquareLimit(119));
  });

  it("puts each of 40 images in each place equally often", () => {
    const stream = openStream({ seed: 3, purpose: "test" });
    const counts = new Array<number>(1600).fill(0);
    for (let trial = 0; trial < 4000; trial++) {
      shuffledOrder(40, stream).forEach((image, place) => {
        counts[image * 40 + place]! += 1;
      });
    }
    // Rows and columns have fixed sums: the statistic is 40/39 times a χ² variable of 39² degrees of freedom.
    expect(chiSquare(counts) * (39 / 40)).toBeLessThan(chiSquareLimit(39 * 39));
  });

  it("has no modulo bias: a draw beyond the last whole piece is drawn again", () => {
    // 2³² = 3·1431655765 + 1, so the largest draw belongs to no third.
    const draws = [-1, 0, 0];
    const stream = { nextInt: () => draws.shift()!, nextUniform: () => Number.NaN };
    shuffledOrder(3, stream);
    expect(draws).toEqual([]);
  });
});

describe("DataOrder", () => {
  it("shows every image once an epoch, but for the ragged rest", () => {
    const order = new DataOrder({ count: 103, batch: 10, seed: 0 });
    expect(order.stepsPerEpoch).toBe(10);
    for (const epoch of [0, 1]) {
      const seen = ascending(10).flatMap((batch) => [...order.batch(epoch * 10 + batch)]);
      expect(seen.length).toBe(100);
      expect(new Set(seen).size).toBe(100);
      expect(Math.max(...seen)).toBeLessThan(103);
    }
  });

  it("has another order in each epoch and for each seed", () => {
    const order = new DataOrder({ count: 100, batch: 100, seed: 0 });
    expect(order.batch(1)).not.toEqual(order.batch(0));
    expect(new DataOrder({ count: 100, batch: 100, seed: 1 }).batch(0)).not.toEqual(order.batch(0));
  });

  it("gives a step the same images whatever was asked before, and whatever the batch size", () => {
    const options = { count: 60, batch: 7, seed: 5 };
    const inOrder = new DataOrder(options);
    const batches = ascending(20).map((step) => inOrder.batch(step));
    for (const step of [19, 0, 8, 7, 13]) {
      expect(new DataOrder(options).batch(step)).toEqual(batches[step]);
      expect(inOrder.batch(step)).toEqual(batches[step]);
    }
    expect(new DataOrder({ ...options, batch: 14 }).batch(0)).toEqual(
      Uint32Array.from([...batches[0]!, ...batches[1]!]),
    );
  });

  it("does not change from release to release", () => {
    expect([...new DataOrder({ count: 10, batch: 10, seed: 0 }).batch(0)]).toMatchInlineSnapshot(`
      [
        9,
        8,
        1,
        0,
        6,
        2,
        3,
        5,
        7,
        4,
      ]
    `);
  });

  it("refuses a batch larger than the data set, and a step that is none", () => {
    expect(() => new DataOrder({ count: 10, batch: 11, seed: 0 })).toThrow(InvalidArgumentError);
    expect(() => new DataOrder({ count: 10, batch: 2, seed: 0 }).batch(-1)).toThrow(InvalidArgumentError);
  });
});
