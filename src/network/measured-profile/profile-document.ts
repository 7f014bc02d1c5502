import type { Count, DocumentFormat, Magnitude } from "../documents/numbers.js";

/** A residual block, as it was measured. */
export interface MeasuredProfileBlock {
  /** 1 to depth, each once, in any order. */
  readonly block: Count;
  /** Variance of the skip path. */
  readonly skip: Magnitude;
  /** Variance of the residual branch. */
  readonly branch: Magnitude;
  /** The block's name in its framework. */
  readonly name?: string;
}

/**
 * The variance of the skip path and of the residual branch of every residual block, measured in any framework
 * (docs/your-own-network.md).
 */
export interface MeasuredProfileDocument {
  readonly $schema?: string;
  readonly format?: DocumentFormat;
  /** What was measured, for titles. */
  readonly source?: string;
  /** The number of blocks, as a check. */
  readonly depth?: Count;
  /** @minItems 1 */
  readonly blocks: readonly MeasuredProfileBlock[];
}
