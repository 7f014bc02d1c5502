import type { ResidualArchitecture } from "../network/architecture.js";
import { architectureGeometry, planNetwork } from "../network/plan/index.js";
import type { SampledNetwork } from "../network/sampled-network.js";
import type { ResidualScheme } from "../network/schemes/index.js";
import type { ImageBatch } from "./image-batch.js";
import { mapField } from "./mean-field/map-field.js";
import { networkBlocks, stemOf } from "./mean-field/network-blocks.js";
import { type BlockPredictions, predictBlocks } from "./mean-field/predict-blocks.js";

export interface BatchNormMapsOptions {
  readonly scheme: ResidualScheme;
  readonly architecture: ResidualArchitecture;
  /** Side of the images. */
  readonly size: number;
  readonly inputVariance?: number;
  /** So many that their number does not matter if absent, pixels of unit second moment without correlation. */
  readonly images?: ImageBatch;
}

/**
 * What `predictNetwork` says of the paper's nonlinear network, convolutions of He weights behind BatchNorm and ReLU, without the
 * path lengths: they take longer than the moments.
 */
export function predictBatchNormMaps(options: BatchNormMapsOptions): BlockPredictions {
  const { scheme, architecture, size, inputVariance, images } = options;
  const batch = images?.count ?? Number.POSITIVE_INFINITY;
  const channels = Number.POSITIVE_INFINITY;
  const choices = { activation: "relu", normalizer: "batch", gain: 2, inputVariance } as const;
  const network: SampledNetwork = {
    scheme,
    activation: "relu",
    normalizer: "batch",
    position: "pre",
    branchLayers: architecture.blocks[0].layers.length,
    weights: "gaussian",
    gain: 2,
    shape: { kind: "convolutional", channels, size, imageChannels: channels },
    architecture,
    depth: architecture.depth,
    inputVariance,
    batch,
    plan: planNetwork({
      scheme,
      geometry: architectureGeometry({ kind: "convolution", architecture, inputs: channels, size }),
      choices: { ...choices, position: "each", stem: { gain: 1, isStandardized: false } },
    }),
  };
  const field = mapField({ batch, size, stem: stemOf(network), images });
  return predictBlocks(network, { field, blocks: networkBlocks(network) });
}
