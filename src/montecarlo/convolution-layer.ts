import type { tf } from "../tensor/backend.js";
import { conv2d } from "../tensor/ops/conv2d.js";
import type { LayerOptions, WeightLayer } from "./weight-layer.js";
import { drawWeightMatrix } from "./weight-matrix.js";

/**
 * Draws a convolution with (kernel − 1)/2 zeros on every side of its maps: [maps·size², inputs] →
 * [maps·⌈size/stride⌉², outputs], a row a site. The maps may be those of several components of a batch.
 */
export function drawConvolutionLayer(options: LayerOptions): WeightLayer {
  const { kernel, stride, size, inputs, outputs } = options.shape;
  const matrix = drawWeightMatrix(options);
  const filter = matrix.reshape<tf.Tensor4D>([kernel, kernel, inputs, outputs]);
  matrix.dispose();
  return {
    apply: (x) => {
      const maps = x.reshape<tf.Tensor4D>([-1, size, size, inputs]);
      const image = conv2d({ x: maps, filter, stride });
      const rows = image.reshape<tf.Tensor2D>([-1, outputs]);
      maps.dispose();
      image.dispose();
      return rows;
    },
    dispose: () => filter.dispose(),
  };
}
