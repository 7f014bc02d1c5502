/** What the claims are checked against, each computed here in its plainest form. */
import type { Comparison } from "../../src/network/documents/verdict.js";

/** How far out a number of three trials lies whose two-sided p is this: Student's t of two degrees of freedom, p = 1 − t/√(2 + t²). */
export function quantileOfThreeTrials(p: number): number {
  const inside = (1 - p) ** 2;
  return Math.sqrt((2 * inside) / (1 - inside));
}

/** The comparison with another difference from its theory, known to this standard error. */
export function placed(
  { theory }: Pick<Comparison, "theory">,
  { difference, se }: { readonly difference: number; readonly se: number },
): Comparison {
  return { mean: theory + difference, se, theory, z: difference / se };
}

/**
 * Where one of several numbers of three trials stands that agrees, or differs, by a hair: its own 95 % interval, or what is left of it
 * with a share of the 5 %, ends at a margin of 2 %.
 */
export function edgesOfThreeTrials(theory: number, numbers: number) {
  const [margin, se] = [0.02 * theory, 0.001 * theory];
  return {
    se,
    agrees: margin - 1.001 * quantileOfThreeTrials(0.05) * se,
    cannotTell: margin - 0.999 * quantileOfThreeTrials(0.05) * se,
    nearlyDiffers: margin + 0.999 * quantileOfThreeTrials(0.05 / numbers) * se,
    differs: margin + 1.001 * quantileOfThreeTrials(0.05 / numbers) * se,
  };
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
