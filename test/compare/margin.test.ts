import { describe, expect, it } from "vitest";
import { marginOf } from "../../src/compare/index.js";

describe("marginOf", () => {
  it("is 2 % of the theory, and of the nearer end of a probability", () => {
    expect(marginOf(4.2)).toBeCloseTo(0.084, 14);
    expect(marginOf(-4.2)).toBeCloseTo(0.084, 14);
    expect(marginOf(0.97, { kind: "probability" })).toBeCloseTo(0.0006, 14);
    expect(marginOf(0.2, { kind: "probability" })).toBeCloseTo(0.004, 14);
  });

  it("is 10 % for the squared batch means of maps, and the share that is given for all", () => {
    expect(marginOf(0.25, { kind: "few-networks" })).toBeCloseTo(0.025, 14);
    for (const kind of ["number", "few-networks"] as const) {
      expect(marginOf(0.25, { kind, share: 0.4 })).toBeCloseTo(0.1, 14);
    }
    expect(marginOf(0.97, { kind: "probability", share: 0.4 })).toBeCloseTo(0.012, 14);
  });

  it("is never less than what float32 adds up to", () => {
    expect(marginOf(0)).toBe(1e-4);
    expect(marginOf(1, { kind: "probability" })).toBe(1e-4);
    expect(marginOf(1, { share: 1e-9 })).toBe(1e-4);
  });
});
