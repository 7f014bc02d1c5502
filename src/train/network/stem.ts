import { type StemPlan, takesFeatures } from "../../network/plan/index.js";
import { flatten, maxPool, type tf } from "../../tensor/index.js";
import { weightLayer } from "./layers/index.js";
import { type Piece, pieceOf } from "./piece.js";

export interface StemOptions {
  readonly stem: StemPlan;
  /** Whether the weights have biases. */
  readonly bias: boolean;
  /** Of weights that are standardised, as in `weightLayer`. */
  readonly drawnGain: number;
  readonly seed: number;
}

/**
 * From the images to the first block: a convolution, and the max-pooling behind it where there is one. For a dense layer the
 * images are flattened first, row by row with the channels of a pixel together; it is a convolution of maps of 1×1.
 */
export function createStem({ stem, ...options }: StemOptions): Piece {
  const { layer, pooling } = stem;
  const weights = weightLayer({ ...options, name: "stem", layer });
  return pieceOf([weights], (images, pass) => {
    const x = images as tf.Tensor4D;
    const maps = weights.apply(takesFeatures(stem) ? flatten(x) : x, pass);
    return pooling > 1 ? maxPool(maps) : maps;
  });
}
