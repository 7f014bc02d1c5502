/** What the claims are checked against, each computed here in its plainest form. */
import type { Comparison } from "../../src/network/documents/verdict.js";

/** What a report calls wrong one time in so many when it is right. */
const SIGNIFICANCE = 0.001;

/**
 * The z from which on one of `numbers` of three trials differs: Student's t of two degrees of freedom, whose two-sided
 * p is 1 − t/√(2 + t²), at a `numbers`-th of the significance (Holm's first step).
 */
export function limitOfThreeTrials(numbers: number): number {
  const inside = (1 - SIGNIFICANCE / numbers) ** 2;
  return Math.sqrt((2 * inside) / (1 - inside));
}

/** The comparison, its mean moved to lie so many standard errors from the theory. */
export function movedTo(z: number, { se, theory }: Comparison): Comparison {
  return { mean: theory + z * se, se, theory, z };
}

/** The least-squares slope against the block i = from…d. */
export function slopeOf(values: readonly number[], from = 1): number {
  const points = values.map((y, index) => ({ x: index + 1, y })).filter(({ x }) => x >= from);
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const top = points.reduce((sum, { x, y }) => sum + (x - meanX) * y, 0);
  return top / points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
}

/** P(K = k) of independent trials of these probabilities. */
export function poissonBinomial(probabilities: readonly number[]): number[] {
  let pmf = [1];
  for (const q of probabilities) {
    pmf = Array.from({ length: pmf.length + 1 }, (_, k) => (pmf[k] ?? 0) * (1 - q) + (pmf[k - 1] ?? 0) * q);
  }
  return pmf;
}
