import { scaledAdd, type tf } from "../tensor/index.js";
import type { BlockDesign } from "./design.js";
import { constantParameter, type Parameter } from "./parameter.js";

/** The end of a block: the two paths, scaled, and their sum. */
export interface Merge {
  readonly parameters: readonly Parameter[];
  apply(skip: tf.Tensor4D, branch: tf.Tensor4D): tf.Tensor4D;
  /** The factors of the skip path and of the branch as they are now. */
  scales(): { readonly skip: number; readonly branch: number };
}

export interface MergeOptions {
  /** Such as `block3`. */
  readonly name: string;
  readonly design: BlockDesign;
  /** Whether α is learned. */
  readonly learned: boolean;
}

/** `skipScale·skip + α·branch`, with α from the design's branch scale. */
export function mergeOf({ name, design, learned }: MergeOptions): Merge {
  const { skipScale, branchScale } = design;
  if (!learned) {
    return {
      parameters: [],
      apply: (skip, branch) => scaledAdd({ skip, branch, skipScale, branchScale }),
      scales: () => ({ skip: skipScale, branch: branchScale }),
    };
  }
  const alpha = constantParameter({ name: `${name}.alpha`, kind: "alpha", shape: [], value: branchScale });
  const scalar = alpha.variable as tf.Tensor as tf.Scalar;
  return {
    parameters: [alpha],
    apply: (skip, branch) => scaledAdd({ skip, branch, skipScale, branchScale: scalar }),
    scales: () => ({ skip: skipScale, branch: scalar.dataSync()[0] }),
  };
}
