import type * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import { computed } from "../transfer.js";

export interface ChannelScaleOptions {
  /** NHWC, [B, H, W, C]. */
  readonly x: tf.Tensor4D;
  /** [C]. */
  readonly scale: tf.Tensor1D;
}

/** scale[c]·x, channel by channel. dx = scale[c]·dy, and the gradient by scale[c] is Σ dy·x over batch and space, in float64. */
export function channelScale({ x, scale }: ChannelScaleOptions): tf.Tensor4D {
  return differentiable({
    inputs: [x, scale],
    forward: () => computed<tf.Rank.R4>(x.shape, [x, scale], multiply),
    saves: () => [x, scale],
    backward: (dy, [savedX, savedScale]) => [
      computed(dy.shape, [dy, savedScale], multiply),
      computed(savedScale.shape, [dy, savedX], innerProducts),
    ],
  });
}

function multiply(y: Float32Array, values: Float32Array, scales: Float32Array): void {
  const channels = scales.length;
  for (let first = 0; first < y.length; first += channels) {
    for (let c = 0; c < channels; c++) y[first + c] = scales[c] * values[first + c];
  }
}

function innerProducts(products: Float32Array, a: Float32Array, b: Float32Array): void {
  const channels = products.length;
  const totals = new Float64Array(channels);
  for (let first = 0; first < a.length; first += channels) {
    for (let c = 0; c < channels; c++) totals[c] += a[first + c] * b[first + c];
  }
  products.set(totals);
}
