import type { tf } from "../tensor/index.js";
import type { BlockShape } from "./architecture.js";
import type { BlockDesign } from "./design.js";
import { convolution, type MapLayer } from "./layers/index.js";
import { mergeOf } from "./merge.js";
import { type Piece, pieceOf } from "./piece.js";

export interface BlockOptions {
  readonly shape: BlockShape;
  readonly design: BlockDesign;
  readonly learnsScale: boolean;
  /** What stands before a weight layer. */
  readonly activate: (name: string, channels: number) => MapLayer;
  readonly seed: number;
}

/** A weight layer of a branch with what stands before it. */
interface BranchLayer {
  readonly activate: MapLayer;
  readonly weights: MapLayer;
}

/**
 * A pre-activation residual block: a branch of activation-weights-activation-weights… and a skip path, which in a transition
 * block is a 1×1 convolution of the block's first activation.
 */
export function createBlock({ shape, design, learnsScale, activate, seed }: BlockOptions): Piece {
  const { inputWidth, width, stride, transition } = shape;
  const name = `block${shape.block}`;
  const [first, ...others] = shape.layers.map((layer, index): BranchLayer => {
    const number = index + 1;
    return {
      activate: activate(`${name}.activation${number}`, layer.inputWidth),
      weights: convolution({ name: `${name}.conv${number}`, ...layer, seed }),
    };
  });
  const projection = transition
    ? convolution({ name: `${name}.projection`, kernel: 1, inputWidth, width, stride, seed })
    : undefined;
  const merge = mergeOf({ name, design, learned: learnsScale });
  const layers = [first, ...others].flatMap((layer) => [layer.activate, layer.weights]);
  return pieceOf([...layers, ...(projection ? [projection] : []), merge], (input, pass, onBlock) => {
    const x = input as tf.Tensor4D;
    const activated = first.activate.apply(x, pass);
    const skip = projection ? projection.apply(activated, pass) : x;
    let branch = first.weights.apply(activated, pass);
    for (const layer of others) branch = layer.weights.apply(layer.activate.apply(branch, pass), pass);
    onBlock?.({ shape, skip, branch, scales: merge.scales(), learned: learnsScale });
    return merge.apply(skip, branch);
  });
}
