import type { ExtrapolatedRow } from "./documents/sample/extrapolation.js";
import type { SampledLengths } from "./documents/sample/lengths.js";

/** What float32 adds up to in thousands of blocks: nearer to 0 or 1, a share lies there. */
const ROUNDING = 1e-4;

/** For readers who take shares for probabilities. */
export const SHARES_FOOTNOTE =
  "A share is a covariance: in a finite network it may be negative, and P(K ≤ k) above 1.";

/** Whether a mean share, or P(K ≤ k), is negative or above 1. */
export function hasShareBeyond({ shares, within }: Pick<SampledLengths, "shares" | "within">): boolean {
  return shares.mean.some(isBeyond) || Object.values(within).some(({ mean }) => isBeyond(mean));
}

/** The same of a P(K ≤ k) in the networks of some size; of other numbers, such as a mean length, it says nothing. */
export function hasPointBeyond({ label, points }: Pick<ExtrapolatedRow, "label" | "points">): boolean {
  return label.startsWith("P(") && points.some(({ mean }) => isBeyond(mean));
}

function isBeyond(share: number): boolean {
  return share < -ROUNDING || share > 1 + ROUNDING;
}
