import type { Activation } from "../network/activations.js";
import { globalAveragePool, type tf } from "../tensor/index.js";
import type { NetworkDesign } from "./design.js";
import {
  activation,
  biasedActivation,
  classifier,
  dropout,
  type MapLayer,
  normalization,
} from "./layers/index.js";
import { type Piece, pieceOf } from "./piece.js";

export interface HeadOptions {
  readonly design: NetworkDesign;
  readonly activation: Activation;
  /** Channels after the last block. */
  readonly width: number;
  readonly classes: number;
  readonly seed: number;
}

/**
 * From the last block to the logits: what stands at the start of a branch, the average over space, dropout, and a dense layer. In
 * training, dropout comes behind Fixup's bias of the dense layer.
 */
export function createHead(options: HeadOptions): Piece {
  const { design, width, classes, seed } = options;
  const last = lastActivation(options);
  const dropped = dropout({ rate: design.dropout, seed });
  const dense = classifier({
    inputWidth: width,
    classes,
    startsAtZero: design.fixup.includes(1),
    seed,
  });
  return pieceOf([last, dense], (x, pass) => {
    const features = globalAveragePool(last.apply(x as tf.Tensor4D, pass));
    return dense.apply(dropped.apply(features, pass), pass);
  });
}

function lastActivation({ design, activation: kind, width }: HeadOptions): MapLayer {
  const { normPosition } = design;
  if (normPosition === "each" || normPosition === "first") {
    return normalization({
      name: "last",
      channels: width,
      normalizer: design.normalizer,
      groups: design.normGroups,
      rectifies: kind === "relu",
    });
  }
  return design.fixup.includes(4) ? biasedActivation("head.bias1", kind) : activation(kind);
}
