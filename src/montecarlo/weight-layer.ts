import type { SampledNetwork } from "../network/sampled-network.js";
import type { Sampler } from "../network/settings/sample-run.js";
import type { StreamKey } from "../random/stream.js";
import type { tf } from "../tensor/backend.js";
import { drawConvolutionLayer } from "./convolution-layer.js";
import { drawDenseLayer } from "./dense-layer.js";
import { drawGramLayer } from "./gram-layer.js";
import { widthOf } from "./network-geometry.js";
import type { LayerShape } from "./network-plan.js";

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

/** Which network, and which of its weight layers. */
export interface LayerKey {
  readonly seed: number;
  readonly trial: number;
  /** From 1; 0 is what the inputs go through before the first block. */
  readonly block: number;
  /** 0, 1, … within the branch; `projection` is that of a transition block's skip path. */
  readonly layer: number | "projection";
}

export interface LayerOptions {
  readonly network: SampledNetwork;
  readonly shape: LayerShape;
  readonly key: LayerKey;
  /** Variance of a weight times its fan-in. */
  readonly gain: number;
  readonly sampler: Sampler;
}

/** Draws a weight layer. */
export function drawWeightLayer(options: LayerOptions): WeightLayer {
  if (options.sampler === "gram") return drawGramLayer(options);
  const { kernel, stride } = options.shape;
  return kernel === 1 && stride === 1 ? drawDenseLayer(options) : drawConvolutionLayer(options);
}

/**
 * The key of a layer's stream: index width, trial, block; then the layer from a branch's second one on, and −1 for a
 * projection.
 */
export function layerStream({ network, key }: LayerOptions, purpose: string): StreamKey {
  const { seed, trial, block, layer } = key;
  const further = layer === "projection" ? [-1] : layer === 0 ? [] : [layer];
  return { seed, purpose, index: [widthOf(network), trial, block, ...further] };
}
