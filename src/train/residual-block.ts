import { openStream } from "../random/stream.js";
import { type tf, unchanged } from "../tensor/index.js";
import {
  type BlockOptions,
  blockDesignOf,
  branchLayers,
  endOfBranch,
  nameOf,
  normalized,
  projectionOf,
} from "./branch.js";
import { FIRST_DRAW, frozenChain, frozenLinear, type MapLayer, type Pass } from "./layers/index.js";
import { type FrozenBlock, freezeMerge, mergeOf } from "./merge.js";
import { type Piece, pieceOf } from "./piece.js";

/**
 * A pre-activation residual block: a branch of activation-weights-activation-weights… and a skip path, which in a transition
 * block is a 1×1 convolution of the block's first activation. Where the design normalises, what it learns and how its weights
 * start: docs/training.md.
 */
export function createBlock(options: BlockOptions): Piece {
  const { shape, design } = options;
  const block = blockDesignOf(options);
  const [first, ...others] = branchLayers(options);
  const rest = [...others.flatMap(({ activate, weights }) => [activate, weights]), ...endOfBranch(options)];
  const projection = shape.transition ? projectionOf(options) : undefined;
  const merge = mergeOf({
    name: nameOf(shape),
    design: design.scalesChannels ? { ...block, branchScale: 1 } : block,
    learned: design.learnsScale,
  });
  const afterMerge = design.normPosition === "merge" ? [normalized(options, "mergeNorm")] : [];
  const layers = [
    first.activate,
    first.weights,
    ...rest,
    ...(projection ? [projection] : []),
    merge,
    ...afterMerge,
  ];
  const freeze = (x: tf.Tensor4D, pass: Pass): FrozenBlock => {
    const activated = first.activate.freeze(x, pass);
    const skip = projection
      ? frozenChain(activated, [projection], pass)
      : frozenLinear(x, (component) => component);
    const branch = frozenChain(activated, [first.weights, ...rest], pass);
    const merged = freezeMerge({ merge, skip, branch }, pass);
    const after = frozenChain(
      frozenLinear(merged.output, (component) => component),
      afterMerge,
      pass,
    );
    return {
      output: after.output,
      skip: (component) => after.carry(merged.skip(component)),
      branch: (component) => after.carry(merged.branch(component)),
    };
  };
  const apply: Piece["apply"] = (input, pass, onBlock) => {
    const x = input as tf.Tensor4D;
    if (!isKept(options, pass)) {
      restStatistics(projection ? rest : [first.activate, ...rest]);
      const skip = projection ? projection.apply(first.activate.apply(x, pass), pass) : x;
      return applyInTurn(afterMerge, unchanged(skip), pass);
    }
    const activated = first.activate.apply(x, pass);
    const skip = projection ? projection.apply(activated, pass) : x;
    const branch = applyInTurn(rest, first.weights.apply(activated, pass), pass);
    onBlock?.({ shape, skip, branch, scales: merge.scales(), learned: design.learnsScale });
    return applyInTurn(afterMerge, merge.apply(skip, branch, pass), pass);
  };
  return { ...pieceOf(layers, apply), freeze };
}

function applyInTurn(layers: readonly MapLayer[], x: tf.Tensor4D, pass: Pass): tf.Tensor4D {
  return layers.reduce((y, layer) => layer.apply(y, pass), x);
}

/** Whether the branch is there in this pass: always outside of training, and of training in those that a draw keeps. */
function isKept(options: BlockOptions, { mode, draw: { step, ghost } = FIRST_DRAW }: Pass): boolean {
  const { survival } = blockDesignOf(options);
  if (mode !== "train" || survival === undefined) return true;
  const { shape, seed } = options;
  const index = [step, ghost, shape.block];
  return openStream({ seed, purpose: "stochastic depth", index }).nextUniform() < survival;
}

function restStatistics(layers: readonly MapLayer[]): void {
  for (const { statistics } of layers) statistics?.rest();
}
