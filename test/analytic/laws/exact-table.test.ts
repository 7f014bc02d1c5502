import { expect, it } from "vitest";
import { poissonBinomialLaw } from "../../../src/analytic/laws/index.js";

it("10,000 equal blocks do not add up the rounding error of 1 − q", () => {
  // 1 − q lies almost half-way between two float64; rounding it costs 2⁻⁵⁴ a block.
  const [depth, q] = [10_000, 2 ** -10 + 1.99 * 2 ** -55];
  const exact = Math.exp(depth * Math.log1p(-q));
  const none = poissonBinomialLaw(new Array(depth).fill(q)).pmf(0);
  // Less than half of what it would be.
  expect(Math.abs(none / exact - 1)).toBeLessThan((depth * 2 ** -54) / 2);
});
