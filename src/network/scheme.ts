/** The residual schemes known by name. */
export const SCHEME_NAMES = ["batchnorm", "skipinit", "rezero", "fixup", "sqrt2", "unnormalized"] as const;
export type SchemeName = (typeof SCHEME_NAMES)[number];

/** What the residual branch computes: weights alone, or ReLU then weights (He-scaled). */
export const ACTIVATIONS = ["linear", "relu"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/**
 * How the first block is counted (docs/conventions.md).
 *
 * - `paper`: the variance *after* block i is i, so p_i = 1/i and the first branch is always traversed. It is the
 *   convention behind the printed 97 % of De & Smith 2020.
 * - `unit-input`: the input has unit variance, so the variance *before* block i is i and p_i = 1/(i+1). It is
 *   what a real or sampled network obeys.
 */
export const CONVENTIONS = ["paper", "unit-input"] as const;
export type Convention = (typeof CONVENTIONS)[number];

/** A scale as a function of the block i (1…d) and the depth d. */
export type BlockScale = (block: number, depth: number) => number;

/**
 * How a residual block i = 1…d scales its two paths: `x_{i+1} = skipScale · x_i + branchScale · f_i(x_i)`.
 * A scale applied after the merge (divide by √2) counts in both.
 */
export interface ResidualScheme {
  readonly name: SchemeName;
  /** As shown in tables and legends. */
  readonly title: string;
  /** Where it was published. */
  readonly source: string;
  /**
   * `normalized`: the branch starts with a normaliser, so its output variance does not depend on its input's.
   * `raw`: the branch's variance is proportional to that of the skip path.
   */
  readonly branchInput: "normalized" | "raw";
  readonly skipScale: BlockScale;
  readonly branchScale: BlockScale;
  /** The expression behind `branchScale`, where the user gave one. */
  readonly alpha?: string;
}
