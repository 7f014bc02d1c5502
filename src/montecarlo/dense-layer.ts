import { tf } from "../tensor/backend.js";
import type { LayerOptions, WeightLayer } from "./weight-layer.js";
import { drawWeightMatrix } from "./weight-matrix.js";

/** A fully connected layer, x ↦ x·matrix, of which every weight is drawn. */
export function drawDenseLayer(options: LayerOptions): WeightLayer {
  const matrix = drawWeightMatrix(options);
  return {
    matrix,
    apply: (x) => tf.matMul(x, matrix),
    dispose: () => matrix.dispose(),
  };
}
