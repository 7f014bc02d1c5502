import { studentTwoSided } from "./student.js";

/** The half-width of a two-sided interval in standard errors: t with P(|T| ≥ t) = `beyond`, to 1e-12 of itself. */
export function studentQuantile(beyond: number, freedom: number): number {
  if (beyond >= 1) return 0;
  let [low, high] = [0, 1];
  while (studentTwoSided(high, freedom) > beyond) {
    low = high;
    high *= 2;
  }
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    // Neighbouring numbers have nothing between them.
    if (middle === low || middle === high) break;
    if (studentTwoSided(middle, freedom) > beyond) low = middle;
    else high = middle;
  }
  return high;
}
