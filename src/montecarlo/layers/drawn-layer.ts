import type { tf } from "../../tensor/backend.js";

/** A layer whose weights are drawn: all that tells one kind from another. */
export interface DrawnLayer {
  /** The layer at what its weights are given, which holds all of it that is not linear where it is there. */
  freeze(x: tf.Tensor2D): FrozenWeights;
  dispose(): void;
}

/** A linear map of activations; what it holds lives as long as the layer. */
export interface FrozenWeights {
  /**
   * The image of `x` as a new tensor: [batch·size², inputs] → [batch·size'², outputs], a row an input of the batch or a
   * position of its map.
   */
  apply(x: tf.Tensor2D): tf.Tensor2D;
  /** The transposed derivative of the layer: a gradient at its output, sent back to its input. Of layers whose gradient is predicted. */
  back?(gradient: tf.Tensor2D): tf.Tensor2D;
  /** Where the map is the product x·matrix: [inputs, outputs]. */
  readonly matrix?: tf.Tensor2D;
}

/** A layer that is linear whatever it is given. */
export function linearLayer(weights: FrozenWeights, held: readonly tf.Tensor[]): DrawnLayer {
  return {
    freeze: () => weights,
    dispose: () => {
      for (const tensor of held) tensor.dispose();
    },
  };
}
