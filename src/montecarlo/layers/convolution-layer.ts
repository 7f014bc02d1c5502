import type { ConvolutionLayer } from "../../network/plan/index.js";
import type { tf } from "../../tensor/backend.js";
import { conv2d } from "../../tensor/ops/conv2d.js";
import { productWith } from "./dense-layer.js";
import { type DrawnLayer, linearLayer } from "./drawn-layer.js";
import type { LayerOptions } from "./layer-options.js";
import { drawWeightMatrix } from "./weight-matrix.js";

/**
 * Draws a convolution with (kernel − 1)/2 zeros on every side of its maps: [maps·size², inputs] →
 * [maps·⌈size/stride⌉², outputs], a row a site. The maps may be those of several components of a batch. One that only reads the
 * site it writes is a matrix product.
 */
export function drawConvolution(options: LayerOptions<ConvolutionLayer>): DrawnLayer {
  const { kernel, stride, size, inputs, outputs } = options.layer;
  const matrix = drawWeightMatrix(options, "convolution");
  if (kernel === 1 && stride === 1) return productWith(matrix);
  const filter = matrix.reshape<tf.Tensor4D>([kernel, kernel, inputs, outputs]);
  matrix.dispose();
  const apply = (x: tf.Tensor2D) => {
    const maps = x.reshape<tf.Tensor4D>([-1, size, size, inputs]);
    const image = conv2d({ x: maps, filter, stride });
    const rows = image.reshape<tf.Tensor2D>([-1, outputs]);
    maps.dispose();
    image.dispose();
    return rows;
  };
  return linearLayer({ apply }, [filter]);
}
