/** The residual schemes known by name. */
export const SCHEME_NAMES = [
  "batchnorm",
  "layernorm",
  "groupnorm",
  "skipinit",
  "rezero",
  "fixup",
  "sqrt2",
  "unnormalized",
  "nfnet",
  "pre-ln",
  "post-ln",
  "deepnorm",
  "depth-mup",
  "stable-resnet",
  "layerscale",
  "stochastic-depth",
  "custom",
] as const;
export type SchemeName = (typeof SCHEME_NAMES)[number];

/** Those that a convolutional network can be trained under: the others' constants and positions are those of transformers. */
export const TRAINABLE_SCHEMES: readonly SchemeName[] = SCHEME_NAMES.filter(
  (name) => name !== "pre-ln" && name !== "post-ln" && name !== "deepnorm",
);

/** What the residual branch computes: weights alone, or ReLU then weights (He-scaled). */
export const ACTIVATIONS = ["linear", "relu"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/**
 * Names for two variances s_0 of what enters block 1 (docs/conventions.md).
 *
 * - `paper`: s_0 = 0. The variance *after* block i is i, so q_i = 1/i and the first branch is always traversed: what is
 *   behind the printed 97 % of De & Smith 2020.
 * - `unit-input`: s_0 = 1. The variance *before* block i is i and q_i = 1/(i+1), as in a sampled network.
 */
export const CONVENTIONS = ["paper", "unit-input"] as const;
export type Convention = (typeof CONVENTIONS)[number];

/** Where a block stands in its stage: j = 1…n of n blocks. A uniform stack is one stage, j = i and n = d. */
export interface StagePlace {
  /** j */
  readonly index: number;
  /** n */
  readonly length: number;
}

/** A scale as a function of the block i (1…d), the depth d and, in a network of several stages, the place in one. */
export type BlockScale = (block: number, depth: number, place?: StagePlace) => number;

/**
 * What a normaliser at the start of the branch does to its input (docs/schemes.md).
 *
 * - `batch`: centres it over the batch and scales it to variance 1 (BatchNorm).
 * - `layer`: scales each input to second moment 1 and leaves the batch mean (LayerNorm).
 * - `group`: the same in groups of features (GroupNorm).
 * - `expected`: divides by the predicted standard deviation, before weights of zero mean over their fan-in and
 *   of a gain that keeps the variance (NF-ResNet).
 */
export type Normalizer = "batch" | "layer" | "group" | "expected";

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
  /** The block, such as "x + α f(x)". */
  readonly formula: string;
  /** q_i, such as "α²/(1+α²)", for linear branches and an input of variance 1. */
  readonly fraction: string;
  /** The law of K in words, such as "Binomial(d, q)". */
  readonly law: string;
  /**
   * `normalized`: the branch starts with a normaliser, so its output variance does not depend on its input's.
   * `raw`: the branch's variance is proportional to that of the skip path.
   */
  readonly branchInput: "normalized" | "raw";
  /** Which normaliser, for a normalised branch; `batch` if absent. */
  readonly normalizer?: Normalizer;
  /** The merged sum is normalised again: {@link skipScale} and {@link branchScale} then add up to 1 in squares. */
  readonly normalizesMerge?: true;
  readonly skipScale: BlockScale;
  readonly branchScale: BlockScale;
  /** The probability that the branch of a block is kept in a training step; each is, if absent. */
  readonly survival?: BlockScale;
  /** Whether the scales and the survival depend on the depth alone, so that a closed form holds. */
  readonly uniform?: boolean;
  /** The expression behind `branchScale`, where the user gave one or could. */
  readonly alpha?: string;
  /** The expression behind `skipScale`, where the user gave one. */
  readonly skip?: string;
  /** The expression behind `survival`. */
  readonly survivalText?: string;
}
