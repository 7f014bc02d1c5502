import { tf } from "../tensor/backend.js";
import { factorGram } from "./factor-gram.js";
import { normalTensor } from "./normal-tensor.js";
import { type LayerOptions, layerStream, type WeightLayer } from "./weight-layer.js";

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
export function drawGramLayer(options: LayerOptions): WeightLayer {
  const { shape, gain } = options;
  return {
    apply: (x) =>
      tf.tidy(() => {
        const [batch] = x.shape;
        const factor = factorGram(tf.matMul(x, x, false, true), gain / shape.inputs);
        const normals = normalTensor([batch, shape.outputs], layerStream(options, "gram"), 1);
        return tf.matMul(factor, normals);
      }),
    dispose: () => {},
  };
}
