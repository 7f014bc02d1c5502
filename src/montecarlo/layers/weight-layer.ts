import { tf } from "../../tensor/backend.js";
import { conv2d } from "../../tensor/ops/conv2d.js";
import { factorGram } from "./factor-gram.js";
import { gainOf, type LayerOptions, layerStream } from "./layer-options.js";
import { normalTensor } from "./normal-tensor.js";
import { drawWeightMatrix } from "./weight-matrix.js";

/** A linear map of activations whose weights are drawn: all that tells a convolution from a matrix product. */
export interface WeightLayer {
  /**
   * The image of `x` as a new tensor: [batch·size², inputs] → [batch·size'², outputs], a row an input of the batch or a
   * position of its map.
   */
  apply(x: tf.Tensor2D): tf.Tensor2D;
  /** Where the map is the product x·matrix: [inputs, outputs], which lives as long as the layer. */
  readonly matrix?: tf.Tensor2D;
  dispose(): void;
}

/** Draws a weight layer. */
export function drawWeightLayer(options: LayerOptions): WeightLayer {
  if (options.trial.sampler === "gram") return drawGramLayer(options);
  const { kernel, stride } = options.layer;
  return kernel === 1 && stride === 1 ? drawDenseLayer(options) : drawConvolutionLayer(options);
}

/** A fully connected layer, x ↦ x·matrix, of which every weight is drawn. */
function drawDenseLayer(options: LayerOptions): WeightLayer {
  const matrix = drawWeightMatrix(options);
  return {
    matrix,
    apply: (x) => tf.matMul(x, matrix),
    dispose: () => matrix.dispose(),
  };
}

/**
 * Draws a convolution with (kernel − 1)/2 zeros on every side of its maps: [maps·size², inputs] →
 * [maps·⌈size/stride⌉², outputs], a row a site. The maps may be those of several components of a batch.
 */
function drawConvolutionLayer(options: LayerOptions): WeightLayer {
  const { kernel, stride, size, inputs, outputs } = options.layer;
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

/**
 * A fully connected layer of Gaussian weights of which only what it makes of one batch is drawn.
 *
 * Given x [batch, inputs], the outputs of x·W with independent W ~ N(0, gain/inputs) are independent of each other, and
 * over the batch each is N(0, G) with the Gram matrix G = gain/inputs · x·xᵀ. So x·W is distributed as L·Z, where
 * G = L·Lᵀ and Z [batch, outputs] is standard normal: batch·outputs normals instead of inputs·outputs, and
 * O((inputs + outputs)·batch² + batch³) operations.
 *
 * It can be applied once: what it would make of another batch depends on what it made of the first.
 */
function drawGramLayer(options: LayerOptions): WeightLayer {
  const { layer } = options;
  return {
    apply: (x) =>
      tf.tidy(() => {
        const [batch] = x.shape;
        const factor = factorGram(tf.matMul(x, x, false, true), gainOf(layer) / layer.inputs);
        const normals = normalTensor([batch, layer.outputs], layerStream(options, "gram"), 1);
        return tf.matMul(factor, normals);
      }),
    dispose: () => {},
  };
}
