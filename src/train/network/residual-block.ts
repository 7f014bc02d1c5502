import { blockOutputs } from "../../network/plan/index.js";
import { openStream } from "../../random/stream.js";
import { type tf, unchanged } from "../../tensor/index.js";
import { type BlockOptions, branchLayers, endOfBranch, nameOf, projectionLayer } from "./branch.js";
import { FIRST_DRAW, frozenChain, frozenLinear, type MapLayer, type Pass, prepare } from "./layers/index.js";
import { type FrozenBlock, freezeMerge, mergeOf } from "./merge.js";
import { type Piece, pieceOf } from "./piece.js";
import { requireTrained } from "./require-trained.js";

/**
 * A pre-activation residual block: a branch of activation-weights-activation-weights… and a skip path, which in a transition
 * block is a 1×1 convolution of the block's first activation. Where a network normalises, what it learns and how its weights
 * start: docs/training.md.
 *
 * @throws InvalidArgumentError for a block that is not trained (requireTrained).
 */
export function createBlock(options: BlockOptions): Piece {
  const { at, scales, parts } = options;
  requireTrained(at.plan);
  const [first, ...others] = branchLayers(options);
  const rest = [...others.flatMap(({ activate, weights }) => [activate, weights]), ...endOfBranch(options)];
  const projection = projectionLayer(options);
  const isLearned = parts.learnedScale === "scalar";
  const merge = mergeOf({
    name: nameOf(at),
    scales: parts.learnedScale === "channels" ? { ...scales, branch: 1 } : scales,
    isLearned,
  });
  const afterMerge = prepare({
    preparation: at.plan.merge,
    channels: blockOutputs(at.plan),
    name: `${nameOf(at)}.mergeNorm`,
  });
  const layers = [
    first.activate,
    first.weights,
    ...rest,
    ...(projection ? [projection] : []),
    merge,
    afterMerge,
  ];
  const freeze = (x: tf.Tensor4D, pass: Pass): FrozenBlock => {
    const activated = first.activate.freeze(x, pass);
    const skip = projection
      ? frozenChain(activated, [projection], pass)
      : frozenLinear(x, (component) => component);
    const branch = frozenChain(activated, [first.weights, ...rest], pass);
    const merged = freezeMerge({ merge, skip, branch }, pass);
    const after = afterMerge.freeze(merged.output, pass);
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
      return afterMerge.apply(unchanged(skip), pass);
    }
    const activated = first.activate.apply(x, pass);
    const skip = projection ? projection.apply(activated, pass) : x;
    const branch = applyInTurn(rest, first.weights.apply(activated, pass), pass);
    onBlock?.({ at, skip, branch, scales: merge.scales(), learned: isLearned });
    return afterMerge.apply(merge.apply(skip, branch, pass), pass);
  };
  return { ...pieceOf(layers, apply), freeze };
}

function applyInTurn(layers: readonly MapLayer[], x: tf.Tensor4D, pass: Pass): tf.Tensor4D {
  return layers.reduce((y, layer) => layer.apply(y, pass), x);
}

/** Whether the branch is there in this pass: always outside of training, and of training in those that a draw keeps. */
function isKept(
  { at, scales: { survival }, seed }: BlockOptions,
  { mode, draw: { step, ghost } = FIRST_DRAW }: Pass,
): boolean {
  if (mode !== "train" || survival === 1) return true;
  const index = [step, ghost, at.block];
  return openStream({ seed, purpose: "stochastic depth", index }).nextUniform() < survival;
}

function restStatistics(layers: readonly MapLayer[]): void {
  for (const { statistics } of layers) statistics?.rest();
}
