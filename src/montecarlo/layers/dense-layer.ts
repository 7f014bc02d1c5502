import { tf } from "../../tensor/backend.js";
import { type DrawnLayer, linearLayer } from "./drawn-layer.js";
import type { LayerOptions } from "./layer-options.js";
import { drawWeightMatrix } from "./weight-matrix.js";

/** A fully connected layer, of which every weight is drawn. */
export function drawDense(options: LayerOptions): DrawnLayer {
  return productWith(drawWeightMatrix(options, "weights"));
}

/** x ↦ x·matrix, which it owns. */
export function productWith(matrix: tf.Tensor2D): DrawnLayer {
  return linearLayer(
    {
      matrix,
      apply: (x) => tf.matMul(x, matrix),
      back: (gradient) => tf.matMul(gradient, matrix, false, true),
    },
    [matrix],
  );
}
