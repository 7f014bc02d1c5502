import { InvalidArgumentError } from "../network/errors.js";
import type { ResidualScheme } from "../network/scheme.js";
import { scaledAdd, type tf } from "../tensor/index.js";
import type { BlockShape } from "./architecture.js";
import { constantParameter, type Parameter } from "./parameter.js";

/** The end of a block: the two paths, scaled, and their sum. */
export interface Merge {
  readonly parameters: readonly Parameter[];
  apply(skip: tf.Tensor4D, branch: tf.Tensor4D): tf.Tensor4D;
  /** The factors of the skip path and of the branch as they are now. */
  scales(): { readonly skip: number; readonly branch: number };
}

/** What building a network needs of a scheme. */
export type TrainedScheme = Pick<ResidualScheme, "name" | "branchInput" | "skipScale" | "branchScale">;

/** Whether the branch ends with a scalar that is learned; one that is not is a constant of the scheme. */
export function hasLearnedScale(scheme: TrainedScheme): boolean {
  return scheme.name === "skipinit" || scheme.name === "rezero" || scheme.name === "unnormalized";
}

const TRAINABLE: ReadonlySet<string> = new Set(["batchnorm", "skipinit", "rezero", "sqrt2", "unnormalized"]);

/**
 * Refuses a scheme that cannot be trained yet.
 *
 * @throws InvalidArgumentError for fixup, whose training needs its biases and multipliers as well as its initialisation,
 * and for the schemes that only the closed forms know.
 */
export function requireTrainable(scheme: TrainedScheme): void {
  if (TRAINABLE.has(scheme.name)) return;
  const why =
    scheme.name === "fixup"
      ? "Fixup's biases and multipliers are not there yet; skipinit with alpha 0 also starts with empty branches"
      : "the others are for predictions: paths, variance";
  throw new InvalidArgumentError(
    "scheme",
    scheme.name,
    `batchnorm, skipinit, rezero, sqrt2 or unnormalized to be trained (${why})`,
  );
}

/**
 * How `scheme` ends block i of d: `skipScale·skip + α·branch`, with α learned, from the scheme's branch scale, for
 * SkipInit, ReZero and unnormalised (SkipInit with α = 1, De & Smith 2020, Table 2).
 */
export function mergeOf(
  scheme: TrainedScheme,
  { block, place }: Pick<BlockShape, "block" | "place">,
  depth: number,
): Merge {
  const skipScale = scheme.skipScale(block, depth, place);
  const initial = scheme.branchScale(block, depth, place);
  if (!hasLearnedScale(scheme)) {
    return {
      parameters: [],
      apply: (skip, branch) => scaledAdd({ skip, branch, skipScale, branchScale: initial }),
      scales: () => ({ skip: skipScale, branch: initial }),
    };
  }
  const alpha = constantParameter({ name: `block${block}.alpha`, kind: "alpha", shape: [], value: initial });
  const scalar = alpha.variable as tf.Tensor as tf.Scalar;
  return {
    parameters: [alpha],
    apply: (skip, branch) => scaledAdd({ skip, branch, skipScale, branchScale: scalar }),
    scales: () => ({ skip: skipScale, branch: scalar.dataSync()[0] }),
  };
}
