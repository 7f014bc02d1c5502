import { tf } from "../../tensor/backend.js";
import { type DrawnLayer, linearLayer } from "./drawn-layer.js";
import { factorGram } from "./factor-gram.js";
import { gainOf, type LayerOptions, layerStream } from "./layer-options.js";
import { normalTensor } from "./normal-tensor.js";

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
export function drawGramLayer(options: LayerOptions): DrawnLayer {
  const { layer } = options;
  const apply = (x: tf.Tensor2D): tf.Tensor2D =>
    tf.tidy(() => {
      const [batch] = x.shape;
      const factor = factorGram(tf.matMul(x, x, false, true), gainOf(layer) / layer.inputs);
      const normals = normalTensor([batch, layer.outputs], layerStream(options, "gram"), 1);
      return tf.matMul(factor, normals);
    });
  return linearLayer({ apply }, []);
}
