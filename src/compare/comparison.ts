import type { Comparison } from "../network/documents/verdict.js";
import type { MeanWithError } from "./summary.js";

/** Two numbers that differ by less than this, relative to the larger of 1 and the theory, are equal without an error bar. */
export const ROUNDING = 1e-6;

/**
 * A mean beside its prediction, z = (mean − theory) / se. A mean without spread (a network whose branches are all 0) has
 * z = 0 when it equals the theory up to float32 rounding and ±Infinity otherwise.
 */
export function compareWithTheory(measured: MeanWithError, theory: number): Comparison {
  const { mean, se } = measured;
  const difference = mean - theory;
  const z =
    Math.abs(difference) <= ROUNDING * Math.max(1, Math.abs(theory)) && se <= ROUNDING ? 0 : difference / se;
  return { mean, se, theory, z };
}
