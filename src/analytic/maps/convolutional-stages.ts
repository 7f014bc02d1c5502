import type { ResidualArchitecture } from "../../network/architecture.js";
import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import type { ResidualScheme } from "../../network/schemes/index.js";
import type { NetworkMoments } from "../mean-field/predict-blocks.js";
import { type InputOptions, inputVarianceOf } from "../moments/input-variance.js";
import { predictBatchNormMaps } from "./batchnorm-maps.js";

/** Averages over a map: the second moment, the squared mean over batch and space, and the variance, their difference. */
export interface MapMoments {
  readonly secondMoment: number;
  readonly meanSquared: number;
  readonly variance: number;
}

/** The two paths of a block after their scales. */
export interface BlockPathMoments {
  /** i = 1…d, and the stage. */
  readonly block: number;
  readonly stage: number;
  readonly transition: boolean;
  /** Side of the map after the block. */
  readonly size: number;
  /** The block's input: of BatchNorm the moving mean, squared, and the moving variance. */
  readonly input: MapMoments;
  readonly skip: MapMoments;
  readonly branch: MapMoments;
}

export interface StageMoments {
  /** Side of the images. */
  readonly imageSize: number;
  readonly blocks: readonly BlockPathMoments[];
}

/**
 * The moments of both paths in a real convolutional network with BatchNorm and ReLU at initialisation (He weights, zero
 * padding, infinitely many channels), block by block through its stages: two or three convolutions a branch, each
 * behind its own BatchNorm and ReLU, strides, and transition blocks, whose skip path is a 1×1 convolution of the
 * first activation. Pooling after the stem only sets the size of the map.
 *
 * Site by site as in {@link predictConvolutionalMoments}: with n(p) the second moment behind BatchNorm and u = √n, a
 * convolution of stride s gives m(p) = ⟨n(sp + t)⟩_t and g(p) = (1/π) ⟨u(sp + t) · mean_p' u(sp' + t)⟩_t over its taps
 * t, 0 outside the map. The input is taken as pixels of second moment `inputVariance` without correlation, which the stem
 * passes on but for what its padding takes.
 *
 * @throws InvalidArgumentError for an architecture without convolutions, an image that its strides do not fit, or a
 * scheme without BatchNorm in the branch, whose correlations between sites do not start anew in each layer.
 * @example
 * ```ts
 * const { blocks } = predictStageMoments({
 *   architecture: parseArchitecture("wrn-16-4"),
 *   scheme: resolveScheme("batchnorm"),
 * });
 * blocks[1].branch.secondMoment; // 0.97…, just above zeroPaddingFactor({ size: 32, kernel: 3 })
 * ```
 */
export function predictStageMoments(
  options: InputOptions & {
    readonly architecture: ResidualArchitecture;
    readonly scheme: ResidualScheme;
    /** Side of the images; the usual one of the architecture if absent. */
    readonly imageSize?: number;
  },
): StageMoments {
  const { architecture, scheme } = options;
  const inputVariance = inputVarianceOf(options);
  const { input: entering, stem } = architecture;
  if (entering !== "images") {
    throw new InvalidArgumentError("architecture", architecture.name, "a convolutional network");
  }
  if (scheme.normalizer !== "batch" || scheme.survival) {
    throw new InvalidArgumentError("scheme", scheme.name, "batchnorm, or custom with `normalized`, for maps");
  }
  const imageSize = requireInteger("image size", options.imageSize ?? architecture.imageSize, 1, 4096);
  const predictions = predictBatchNormMaps({ scheme, architecture, size: imageSize, inputVariance });
  const { input, skip, branch, exponent } = predictions;
  const at = (path: NetworkMoments, index: number): MapMoments => {
    const unit = 2 ** exponent[index];
    return {
      secondMoment: unit * path.secondMoment[index],
      meanSquared: unit * path.meanSquared[index],
      variance: unit * path.variance[index],
    };
  };
  let size = Math.ceil(imageSize / (stem.stride * stem.pooling));
  return {
    imageSize,
    blocks: architecture.blocks.map(({ block, stage, transition, layers }, index): BlockPathMoments => {
      size = layers.reduce((side, { stride }) => Math.ceil(side / stride), size);
      return {
        block,
        stage,
        transition,
        size,
        input: at(input, index),
        skip: at(skip, index),
        branch: at(branch, index),
      };
    }),
  };
}
