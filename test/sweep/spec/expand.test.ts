import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SweepSettings, SweepValue } from "../../../src/network/documents/sweep.js";
import { axisValues } from "../../../src/sweep/spec/axis-values.js";
import { expand } from "../../../src/sweep/spec/expand.js";
import type { SweepSpec } from "../../../src/sweep/spec/sweep-spec.js";

describe("the values of an axis", () => {
  it.each([
    [
      ["a", 2, true],
      ["a", 2, true],
    ],
    [{ from: 1, to: 4 }, [1, 2, 3, 4]],
    [{ from: 0.1, to: 0.5, step: 0.1 }, [0.1, 0.2, 0.3, 0.4, 0.5]],
    [{ from: 3, to: 1, step: -1 }, [3, 2, 1]],
    [{ from: 1, to: 2, step: 0.4 }, [1, 1.4, 1.8]],
    [{ powers: 2, from: -2, to: 1 }, [0.25, 0.5, 1, 2]],
    [{ powers: 10, from: 0, to: 1, step: 0.5 }, [1, 10 ** 0.5, 10]],
    [{ powers: 0.1, from: -2, to: 3 }, [100, 10, 1, 0.1, 0.01, 0.001]],
  ])("%j", (axis, values) => {
    expect(axisValues("lr", axis)).toEqual(values);
  });

  it.each([[[]], [{ from: 1, to: 0 }], [{ from: 0, to: 1, step: 0 }], [{ from: 0, to: 1e6 }]])(
    "%j has none",
    (axis) => {
      expect(() => axisValues("lr", axis)).toThrow(/^lr must be/);
    },
  );
});

describe("the expansion of a grid", () => {
  it("has its last axis run fastest, and what conditions set and vary", () => {
    const spec: SweepSpec = {
      command: "train",
      fixed: { steps: 5, alpha: "1" },
      grid: { model: ["wrn-16-1", "wrn-40-1"], seed: { from: 0, to: 1 } },
      when: [
        { if: { model: "wrn-40-1" }, set: { alpha: "1/2" }, grid: { batch: [32, 64] } },
        // It sees what the one above has set.
        { if: { alpha: "1/2", batch: [64, 128] }, set: { seed: 9 } },
      ],
    };
    const [small, deep] = [
      { model: "wrn-16-1", alpha: "1" },
      { model: "wrn-40-1", alpha: "1/2" },
    ];
    expect(expand(spec)).toEqual({
      fixed: { steps: 5 },
      axes: ["model", "seed", "alpha", "batch"],
      idle: [],
      cells: [
        { ...small, seed: 0 },
        { ...small, seed: 1 },
        { ...deep, seed: 0, batch: 32 },
        { ...deep, seed: 9, batch: 64 },
        { ...deep, seed: 1, batch: 32 },
        { ...deep, seed: 9, batch: 64 },
      ],
    });
  });

  it("names conditions that hold for nothing", () => {
    const when = [{ if: { lr: 2 }, set: { l2: 0 } }, { if: { lr: 1 } }];
    expect(expand({ command: "train", grid: { lr: [1] }, when }).idle).toEqual([0]);
  });

  it("is refused before it is made where it is too large", () => {
    const many = { from: 1, to: 1001 };
    expect(() => expand({ command: "train", grid: { a: many, b: many } })).toThrow("at most 1000000 jobs");
    const when = [{ if: { a: 1 }, grid: { b: { from: 1, to: 1000 }, c: { from: 1, to: 1001 } } }];
    expect(() => expand({ command: "train", grid: { a: [1] }, when })).toThrow("at most 1000000 jobs");
  });

  it("is that of counting through all values, cell by cell", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const { cells, fixed } = expand(spec);
        expect(cells.map((cell) => ({ ...fixed, ...cell }))).toEqual(naive(spec));
      }),
      { numRuns: 300 },
    );
  });
});

const names = fc.constantFrom("a", "b", "c", "d");
const values: fc.Arbitrary<SweepValue> = fc.constantFrom(1, 2, "1", "x", true);
const lists = fc.array(values, { minLength: 1, maxLength: 3 });
const settings = fc.dictionary(names, values, { maxKeys: 2 });
const specs: fc.Arbitrary<SweepSpec> = fc.record({
  command: fc.constant("train" as const),
  fixed: settings,
  grid: fc.dictionary(names, lists, { maxKeys: 3 }),
  when: fc.array(
    fc.record({
      if: fc.dictionary(names, fc.oneof(values, lists), { maxKeys: 2 }),
      set: settings,
      grid: fc.dictionary(names, lists, { maxKeys: 2 }),
    }),
    { maxLength: 2 },
  ),
});

/** One cell after the other, by recursion: no products of lists. */
function naive({ fixed = {}, grid, when = [] }: SweepSpec): SweepSettings[] {
  const found: SweepSettings[] = [];
  type Axes = readonly (readonly [string, readonly SweepValue[]])[];
  const through = (cell: SweepSettings, axes: Axes, next: number): void => {
    if (axes.length > 0) {
      const [[name, list], ...rest] = axes;
      for (const value of list) through({ ...cell, [name]: value }, rest, next);
    } else if (next === when.length) found.push(cell);
    else {
      const { if: wanted, set = {}, grid: more = {} } = when[next];
      const isMet = Object.keys(wanted).every((name) => [wanted[name]].flat().includes(cell[name]));
      if (isMet) through({ ...cell, ...set }, Object.entries(more) as Axes, next + 1);
      else through(cell, [], next + 1);
    }
  };
  through(fixed, Object.entries(grid) as Axes, 0);
  return found;
}
