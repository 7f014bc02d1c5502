/** What a number is, as far as its margin goes. */
export type MarginKind = "number" | "probability" | "few-networks";

/** The share of its theory by which a number may differ and still agree. */
const USUAL_MARGIN = 0.02;
/** The same of the squared batch mean of images' networks, whose prediction leaves out what neighbouring pixels have in common. */
const FEW_NETWORKS_MARGIN = 0.1;

/** Margins are at least this: what float32 adds up to in a network of thousands of blocks (docs/statistics.md). */
const LEAST_MARGIN = 1e-4;

export interface MarginOptions {
  readonly kind?: MarginKind;
  /** Instead of the usual share of 0.02, or of 0.1. */
  readonly share?: number;
}

/**
 * How far from its theory an expectation may lie and still agree with it: a share of the theory, and of min(P, 1 − P) of a probability,
 * for 2 % of P = 0.97 would take in 0.985. At least 1e-4, also where the theory is 0.
 */
export function marginOf(theory: number, { kind = "number", share }: MarginOptions = {}): number {
  const usual = kind === "few-networks" ? FEW_NETWORKS_MARGIN : USUAL_MARGIN;
  const scale = kind === "probability" ? Math.min(theory, 1 - theory) : Math.abs(theory);
  return Math.max(LEAST_MARGIN, (share ?? usual) * scale);
}
