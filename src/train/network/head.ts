import { type BlockPlan, blockOutputs } from "../../network/plan/index.js";
import { globalAveragePool, type tf } from "../../tensor/index.js";
import { classifier, dropout, prepare } from "./layers/index.js";
import { type Piece, pieceOf } from "./piece.js";
import type { TrainedParts } from "./trained-parts.js";

export interface HeadOptions {
  /** The last block. */
  readonly block: BlockPlan;
  readonly parts: TrainedParts;
  readonly classes: number;
  readonly seed: number;
}

/**
 * From the last block to the logits: what stands at the start of a branch, the average over space, dropout, and a dense layer. In
 * training, dropout comes behind Fixup's bias of the dense layer.
 */
export function createHead({ block, parts, classes, seed }: HeadOptions): Piece {
  const channels = blockOutputs(block);
  const last = prepare({
    preparation: block.layers[0],
    channels,
    name: "last",
    biases: parts.activationBiases ? "head.bias1" : undefined,
  });
  const dropped = dropout({ rate: parts.dropout, seed });
  const dense = classifier({ inputWidth: channels, classes, startsAtZero: parts.startsAtZero, seed });
  return pieceOf([last, dense], (x, pass) => {
    const features = globalAveragePool(last.apply(x as tf.Tensor4D, pass));
    return dense.apply(dropped.apply(features, pass), pass);
  });
}
