import { decreasingRoot } from "./root.js";
import { studentTwoSided } from "./student.js";

/** The half-width of a two-sided interval in standard errors: t with P(|T| ≥ t) = `beyond`, to `tolerance` of itself. */
export function studentQuantile(beyond: number, freedom: number, tolerance = 1e-12): number {
  if (beyond >= 1) return 0;
  // Far out the logarithm of P is nearly straight against t, of few degrees of freedom against log t.
  const excess = (t: number) => Math.log(studentTwoSided(t, freedom) / beyond);
  let [low, high] = [0, 1];
  while (excess(high) > 0) {
    low = high;
    high *= 2;
  }
  return decreasingRoot(excess, { low, high, tolerance });
}
