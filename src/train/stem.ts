import { BRANCH_ACTIVATION_DEFINITIONS } from "../network/activations.js";
import { flatten, maxPool, type tf } from "../tensor/index.js";
import { type Architecture, inputWidth } from "./architecture.js";
import type { NetworkDesign } from "./design.js";
import { convolution } from "./layers/index.js";
import { type Piece, pieceOf } from "./piece.js";

export interface StemOptions {
  readonly architecture: Architecture;
  readonly design: NetworkDesign;
  readonly imageSize: number;
  readonly seed: number;
}

/**
 * From the images to the first block: a convolution, and the max-pooling behind it where there is one. For features the images are
 * flattened first, row by row with the channels of a pixel together, and the convolution is a dense layer on maps of 1×1.
 */
export function createStem({ architecture, design, imageSize, seed }: StemOptions): Piece {
  const { activation, input, stem } = architecture;
  const { pooling, ...shape } = stem;
  const weights = convolution({
    ...shape,
    name: "stem",
    inputWidth: inputWidth(architecture, imageSize),
    gain: BRANCH_ACTIVATION_DEFINITIONS[activation].usualGain,
    bias: design.convBiases,
    standardized: design.standardizesWeights ? 1 : undefined,
    seed,
  });
  return pieceOf([weights], (images, pass) => {
    const x = images as tf.Tensor4D;
    const maps = weights.apply(input === "features" ? flatten(x) : x, pass);
    return pooling > 1 ? maxPool(maps) : maps;
  });
}
