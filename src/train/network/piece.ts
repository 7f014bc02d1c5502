import type { PlannedBlock } from "../../network/plan/index.js";
import { tf } from "../../tensor/index.js";
import type { Layer, Pass } from "./layers/index.js";
import type { FrozenBlock, Merge } from "./merge.js";
import type { MovingStatistics } from "./moving-statistics.js";
import type { Parameter } from "./parameter.js";

/** The two paths of a block before they are scaled and merged. */
export interface BlockPaths {
  readonly at: PlannedBlock;
  readonly skip: tf.Tensor4D;
  readonly branch: tf.Tensor4D;
  readonly scales: ReturnType<Merge["scales"]>;
  /** Whether the branch's factor is learned. */
  readonly learned: boolean;
}

/** Called at every block, in order; the tensors are the network's own and not to be kept or disposed of. */
export type BlockListener = (paths: BlockPaths) => void;

/** A part of a network between two tensors. */
export interface Piece {
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly MovingStatistics[];
  apply(x: tf.Tensor, pass: Pass, onBlock?: BlockListener): tf.Tensor;
  /** Of a residual block: `apply` in mode `measure`, with the linear part of each path. To be called within a tidy. */
  freeze?(x: tf.Tensor4D, pass: Pass): FrozenBlock;
}

/** A piece made of layers, whose parameters and statistics it has in that order. */
export function pieceOf(
  layers: readonly Pick<Layer<tf.Tensor, tf.Tensor>, "parameters" | "statistics">[],
  apply: Piece["apply"],
): Piece {
  return {
    parameters: layers.flatMap((layer) => layer.parameters),
    statistics: layers.flatMap(({ statistics }) => (statistics ? [statistics] : [])),
    apply,
  };
}

export interface ApplyOptions {
  readonly pieces: readonly Piece[];
  readonly input: tf.Tensor;
  readonly pass: Pass;
  readonly onBlock?: BlockListener;
}

/**
 * Goes through some pieces, and gives back the memory of each as soon as the next one is done: the depth does not matter
 * then. What a gradient needs is kept by the tape.
 */
export function applyPieces({ pieces, input, pass, onBlock }: ApplyOptions): tf.Tensor {
  let x = input;
  for (const piece of pieces) {
    const y = tf.tidy(() => piece.apply(x, pass, onBlock));
    if (x !== input) x.dispose();
    x = y;
  }
  return x;
}
