import { describe, expect, it } from "vitest";
import { inversePowerSum, logGammaStep } from "../../../src/analytic/laws/gamma.js";

/** Adds up terms of one sign, smallest first or not, with the lost digits carried: exact to about one unit. */
function compensatedSum(count: number, term: (i: number) => number): number {
  let [sum, lost] = [0, 0];
  for (let i = 0; i < count; i++) {
    const y = term(i) - lost;
    const next = sum + y;
    lost = next - sum - y;
    sum = next;
  }
  return sum;
}

describe("inversePowerSum", () => {
  const cases = [1, 2, 3, 4, 9, 30].flatMap((j) =>
    [0.25, 1, 30.5, 257, 1e6, 1e13].flatMap((a) => [1, 7, 2000].map((count) => [j, a, count] as const)),
  );
  const inRange = cases.filter(([j, a]) => a ** -j > 1e-290);
  it.each(inRange)("j = %d, a = %d, %d terms: the sum term by term", (j, a, count) => {
    const sum = compensatedSum(count, (i) => (a + i) ** -j);
    // a^-j amplifies the half unit of a + i by j.
    expect(Math.abs(inversePowerSum(j, a, count) / sum - 1)).toBeLessThan((8 + j) * Number.EPSILON);
  });

  it("is ψ(10¹⁰⁰ + 1) − ψ(1) at 10¹⁰⁰ terms", () => {
    // Harmonic number: ln n + γ.
    const expected = 100 * Math.LN10 + 0.5772156649015329;
    expect(Math.abs(inversePowerSum(1, 1, 1e100) / expected - 1)).toBeLessThan(4 * Number.EPSILON);
  });
});

describe("logGammaStep", () => {
  it.each([0.5, 3, 40, 1e5])("x = %d: ln of the product x(x+1)…", (x) => {
    for (const steps of [1, 5, 300]) {
      const sum = compensatedSum(steps, (i) => Math.log(x + i));
      const scale = Math.max(Math.abs(sum), steps * Math.max(1, Math.log(x + steps)));
      expect(Math.abs(logGammaStep(x, steps) - sum)).toBeLessThan(30 * Number.EPSILON * scale);
    }
  });
});
