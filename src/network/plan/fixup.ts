import type { FixupComponent } from "../settings/design-choices.js";

export interface BranchLayerPosition {
  /** Which weight layer of the branch it is, from 1, and of how many. */
  readonly number: number;
  readonly of: number;
  /** Residual blocks d. */
  readonly depth: number;
}

/**
 * What the initial weights of a layer of a branch of m layers are multiplied with: Fixup's component 1 starts the last at 0,
 * component 2 multiplies the others by d^{−1/(2m−2)}.
 */
export function initialScaleOf(
  fixup: readonly FixupComponent[],
  { number, of, depth }: BranchLayerPosition,
): number {
  if (number === of) return fixup.includes(1) ? 0 : 1;
  return fixup.includes(2) ? depth ** (-1 / (2 * of - 2)) : 1;
}
