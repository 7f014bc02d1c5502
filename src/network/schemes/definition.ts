import type { Alpha, BlockScale } from "../block-scale.js";
import type { NormalizerName } from "../normalizers.js";

/** What the user may set of a scheme. Which scheme takes what: `respath schemes`. */
export interface SchemeSettings {
  /** The branch scale. */
  readonly alpha?: Alpha;
  /** The scale of the skip path. */
  readonly skip?: Alpha;
  /** The probability that a branch is kept. */
  readonly survival?: Alpha;
  /** Whether the branch starts with BatchNorm. */
  readonly normalized?: boolean;
}

/** Where a scheme comes from, and what follows from it. */
export interface SchemeDescription {
  /** Where it was published. */
  readonly source: string;
  /** The block, such as "x + α f(x)". */
  readonly formula: string;
  /** q_i, such as "α²/(1+α²)", for linear branches and an input of variance 1. */
  readonly fraction: string;
  /** The law of K in words, such as "Binomial(d, q)". */
  readonly law: string;
}

/**
 * How a residual block i = 1…d scales its two paths: `x_{i+1} = skipScale · x_i + branchScale · f_i(x_i)`.
 * A scale applied after the merge (divide by √2) counts in both.
 */
export interface SchemeBlock {
  /**
   * What the branch starts with. Behind a normaliser its output variance does not depend on its input's; behind `none` it is
   * proportional to that of the skip path.
   */
  readonly normalizer: NormalizerName;
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

/** What a convolutional network learns under a scheme, beside its weights and its normalisers' scales and shifts. */
export interface SchemeTraining {
  /** The factor that a branch ends with: one for all of it, or one for each channel. Absent: none, or a constant. */
  readonly learns?: "scalar" | "channels";
  /** Fixup's components, of which some may be left out; they are what makes its branches 0. */
  readonly fixup?: true;
}

/** A scheme that is not trained: its constants and positions are those of transformers. */
export interface NotTrained {
  /** What is like it and can be; null for nothing. */
  readonly instead: string | null;
}

/** A residual scheme as data: all that is known of it by its name. */
export interface SchemeDefinition extends SchemeDescription {
  /** As shown in tables and legends, without its scales. */
  readonly title: string;
  /** What else it is called, in any case and with any hyphens; its name and its title are understood anyway. */
  readonly otherNames?: readonly string[];
  /** What the user may set of it. */
  readonly takes: readonly (keyof SchemeSettings)[];
  /** The branch scale that stands in its title where none was given. */
  readonly usualAlpha?: Alpha;
  readonly training: SchemeTraining | NotTrained;
  readonly block: (settings: SchemeSettings) => SchemeBlock;
}
