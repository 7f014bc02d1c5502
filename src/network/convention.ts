/**
 * Names for two variances s_0 of what enters block 1 (docs/conventions.md).
 *
 * - `paper`: s_0 = 0. The variance *after* block i is i, so q_i = 1/i and the first branch is always traversed: what is
 *   behind the printed 97 % of De & Smith 2020.
 * - `unit-input`: s_0 = 1. The variance *before* block i is i and q_i = 1/(i+1), as in a sampled network.
 */
export const CONVENTIONS = ["paper", "unit-input"] as const;
export type Convention = (typeof CONVENTIONS)[number];
