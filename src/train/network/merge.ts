import { scaledAdd, tf } from "../../tensor/index.js";
import type { Frozen, Pass } from "./layers/index.js";
import { constantParameter, type Parameter } from "./parameter.js";
import type { TrainedScales } from "./trained-scales.js";

/** The end of a block: the two paths, scaled, and their sum. */
export interface Merge {
  readonly parameters: readonly Parameter[];
  apply(skip: tf.Tensor4D, branch: tf.Tensor4D, pass: Pass): tf.Tensor4D;
  /** The factors of the skip path and of the branch as they are now, outside of training. */
  scales(): { readonly skip: number; readonly branch: number };
}

/** A block made linear at one batch: how it carries a component on along each of its paths, behind their scales. */
export interface FrozenBlock {
  readonly output: tf.Tensor4D;
  skip(component: tf.Tensor4D): tf.Tensor4D;
  branch(component: tf.Tensor4D): tf.Tensor4D;
}

export interface FrozenPaths {
  readonly merge: Merge;
  readonly skip: Frozen;
  readonly branch: Frozen;
}

/** The paths of a block behind their scales; the pass is in mode `measure`. */
export function freezeMerge({ merge, skip, branch }: FrozenPaths, pass: Pass): FrozenBlock {
  const scales = merge.scales();
  return {
    output: merge.apply(skip.output, branch.output, pass),
    skip: (component) => tf.mul(skip.carry(component), scales.skip),
    branch: (component) => tf.mul(branch.carry(component), scales.branch),
  };
}

export interface MergeOptions {
  /** Such as `block3`. */
  readonly name: string;
  readonly scales: Pick<TrainedScales, "skip" | "branch" | "survival">;
  /** Whether α is learned. */
  readonly isLearned: boolean;
}

/**
 * β·skip + α·branch. A branch that training drops at times is multiplied by
 * its survival probability elsewhere (Huang et al. 2016).
 */
export function mergeOf({ name, scales, isLearned }: MergeOptions): Merge {
  const { skip: skipScale, branch: branchScale, survival } = scales;
  if (!isLearned) {
    const expected = survival * branchScale;
    return {
      parameters: [],
      apply: (skip, branch, { mode }) =>
        scaledAdd({ skip, branch, skipScale, branchScale: mode === "train" ? branchScale : expected }),
      scales: () => ({ skip: skipScale, branch: expected }),
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
