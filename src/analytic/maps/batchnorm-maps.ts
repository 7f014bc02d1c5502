import type { ResidualArchitecture } from "../../network/architecture.js";
import { architectureGeometry, planNetwork } from "../../network/plan/index.js";
import type { ResidualScheme } from "../../network/schemes/index.js";
import type { ImageBatch } from "../mean-field/image-batch.js";
import { type BlockPredictions, predictBlocks } from "../mean-field/predict-blocks.js";
import { mapsBehindStem } from "../mean-field/stem-field.js";

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
  const plan = planNetwork({
    scheme,
    geometry: architectureGeometry({
      kind: "convolution",
      architecture,
      inputs: Number.POSITIVE_INFINITY,
      size,
    }),
    choices: {
      activation: "relu",
      normalizer: "batch",
      position: "each",
      inputVariance,
      stem: { gain: 1, isStandardized: false },
    },
  });
  const batch = images?.count ?? Number.POSITIVE_INFINITY;
  return predictBlocks(plan, { field: mapsBehindStem({ plan, batch }, images) });
}
