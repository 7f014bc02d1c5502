import { fanInOf } from "../../network/plan/index.js";
import { openStream, type StreamKey } from "../../random/stream.js";
import type { tf } from "../../tensor/backend.js";
import { computed } from "../../tensor/transfer.js";
import { gainOf, type LayerOptions, layerStream } from "./layer-options.js";
import { normalTensor } from "./normal-tensor.js";
import { fillOrthogonal } from "./orthogonal.js";
import { batchStatistics } from "./statistics.js";

/**
 * Draws weights of a layer as a matrix [fan-in, outputs] of variance gain/fan-in: independent normal ones, or random orthogonal ones (orthogonal.ts). Standardised ones have mean 0 and variance
 * gain/fan-in exactly over the fan-in of each output.
 *
 * What lies before the first block has independent normal weights in every network, so that the same trial of
 * networks that differ in their weights starts from the same activations.
 *
 * @param purpose of their stream.
 */
export function drawWeightMatrix(options: LayerOptions, purpose: string): tf.Tensor2D {
  const { layer, trial, block } = options;
  const fanIn = fanInOf(layer);
  const size: [number, number] = [fanIn, layer.outputs];
  const stream = layerStream(options, purpose);
  const gain = gainOf(layer);
  const isStem = block === 0;
  if (trial.network.weights === "orthogonal" && !isStem) return orthogonalTensor(size, { gain, stream });
  const deviation = Math.sqrt(gain / fanIn);
  const normal = normalTensor(size, stream, deviation);
  return layer.isStandardized ? standardize(normal, deviation) : normal;
}

function orthogonalTensor(
  shape: [number, number],
  { gain, stream }: { readonly gain: number; readonly stream: StreamKey },
): tf.Tensor2D {
  const [fanIn, outputs] = shape;
  const body = (target: Float32Array) =>
    fillOrthogonal(target, { fanIn, outputs, gain, stream: openStream(stream) });
  return computed<tf.Rank.R2>(shape, [], body);
}

/** Gives each column mean 0 and the standard deviation asked for, and disposes of the matrix that was; 0 without any. */
function standardize(matrix: tf.Tensor2D, deviation: number): tf.Tensor2D {
  const [fanIn, outputs] = matrix.shape;
  const result = computed<tf.Rank.R2>(matrix.shape, [matrix], (target, weights) => {
    const { means, variances } = batchStatistics(weights, { rows: fanIn, features: outputs });
    const factors = variances.map((variance) => (variance > 0 ? deviation / Math.sqrt(variance) : 0));
    for (let i = 0, at = 0; i < fanIn; i++) {
      for (let j = 0; j < outputs; j++, at++) target[at] = (weights[at] - means[j]) * factors[j];
    }
  });
  matrix.dispose();
  return result;
}
