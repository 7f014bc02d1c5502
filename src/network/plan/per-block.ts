import type { BlockScale, StagePlace } from "../block-scale.js";

/** A number for each block i = 1…d: the same for all, a table with that of block i at i − 1, or a function of the block. */
export type PerBlock = number | Float64Array | BlockScale;

/** Which block it is. */
export interface BlockAddress {
  /** i */
  readonly block: number;
  /** d */
  readonly depth: number;
  /** Where it stands in its stage; absent in a uniform stack. */
  readonly place?: StagePlace;
}

export function valueAt(values: PerBlock, { block, depth, place }: BlockAddress): number {
  if (typeof values === "number") return values;
  return typeof values === "function" ? values(block, depth, place) : values[block - 1];
}
