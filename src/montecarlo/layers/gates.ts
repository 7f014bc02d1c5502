import { normalDensity, normalDistribution } from "../../analytic/mean-field/normal-distribution.js";
import type { BranchActivation } from "../../network/activations.js";

/**
 * The factor g(z) = f(z)/z by which an activation f multiplies its input z, in float64. Frozen at one batch it makes the
 * activation linear, without a remainder: f(z) = g(z)·z.
 */
export const GATES: Record<BranchActivation, (z: number) => number> = {
  linear: () => 1,
  relu: (z) => (z > 0 ? 1 : 0),
  tanh: (z) => (z === 0 ? 1 : Math.tanh(z) / z),
  gelu: normalCumulative,
};

/** Activations with f(cz) = c·f(z) for c > 0. */
export function isHomogeneous(activation: BranchActivation): boolean {
  return activation === "linear" || activation === "relu";
}

/** Beyond this Φ is 0 or 1 within 1e-15. */
const SATURATED = 8;
/** Intervals of the table to a unit of z. */
const STEPS = 64;
const nodes = Array.from({ length: 2 * SATURATED * STEPS + 1 }, (_, i) => i / STEPS - SATURATED);
const values = Float64Array.from(nodes, normalDistribution);
/** Of Φ by z, times the length of an interval. */
const slopes = Float64Array.from(nodes, (z) => normalDensity(z) / STEPS);

/**
 * Φ(z) to 3e-10, which float32 does not show: the cubic through the values and slopes of Φ at the ends of the interval
 * that z is in. It errs by at most h⁴/384 of the largest fourth derivative, 1.4, with h = 1/64.
 */
function normalCumulative(z: number): number {
  if (!(Math.abs(z) < SATURATED)) return z > 0 ? 1 : 0;
  const place = (z + SATURATED) * STEPS;
  const i = Math.floor(place);
  const t = place - i;
  const rise = values[i + 1] - values[i];
  const [before, after] = [slopes[i] - rise, slopes[i + 1] - rise];
  return values[i] + t * (rise + (1 - t) * (before * (1 - t) - after * t));
}
