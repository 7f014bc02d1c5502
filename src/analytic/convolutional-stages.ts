import type { ArchitectureBlock, ResidualArchitecture } from "../network/architecture.js";
import { requireInteger } from "../network/domain.js";
import { InvalidArgumentError } from "../network/errors.js";
import type { ResidualScheme } from "../network/scheme.js";
import { squaredScale } from "./moments.js";

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

/** By site: second moment m(p), and covariance g(p) with the mean over all sites. */
interface SiteMoments {
  readonly size: number;
  readonly m: Float64Array;
  readonly g: Float64Array;
}

/**
 * The moments of both paths in a real convolutional network with BatchNorm and ReLU at initialisation (He weights, zero
 * padding, infinitely many channels), block by block through its stages: two or three convolutions a branch, each
 * behind its own BatchNorm and ReLU, strides, and transition blocks, whose skip path is a 1×1 convolution of the
 * first activation. Pooling after the stem only sets the size of the map.
 *
 * Site by site as in {@link predictConvolutionalMoments}: with n(p) the second moment behind BatchNorm and u = √n, a
 * convolution of stride s gives m(p) = ⟨n(sp + t)⟩_t and g(p) = (1/π) ⟨u(sp + t) · mean_p' u(sp' + t)⟩_t over its taps
 * t, 0 outside the map. The input is taken as pixels of unit second moment without correlation.
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
export function predictStageMoments(options: {
  readonly architecture: ResidualArchitecture;
  readonly scheme: ResidualScheme;
  /** Side of the images; the usual one of the architecture if absent. */
  readonly imageSize?: number;
}): StageMoments {
  const { architecture, scheme } = options;
  const { images, depth } = architecture;
  if (images === undefined) {
    throw new InvalidArgumentError("architecture", architecture.name, "a convolutional network");
  }
  if (scheme.branchInput !== "normalized" || (scheme.normalizer ?? "batch") !== "batch" || scheme.survival) {
    throw new InvalidArgumentError("scheme", scheme.name, "batchnorm, or custom with --normalized, for maps");
  }
  const imageSize = requireInteger("image size", options.imageSize ?? images.size, 1, 4096);
  let x = afterStem(images.stem, imageSize);
  const blocks = architecture.blocks.map((block): BlockPathMoments => {
    const at = { i: block.block, depth, place: block.place };
    const a2 = squaredScale(scheme.branchScale, { ...at, argument: "alpha" });
    const b2 = squaredScale(scheme.skipScale, { ...at, argument: "skip" });
    const input = averages(x);
    const branch = scaled(branchOf(x, block), a2);
    const skip = scaled(block.transition ? projection(x, block) : x, b2);
    x = sum(skip, branch);
    return {
      block: block.block,
      stage: block.stage,
      transition: block.transition,
      size: x.size,
      input,
      skip: averages(skip),
      branch: averages(branch),
    };
  });
  return { imageSize, blocks };
}

function branchOf(x: SiteMoments, { convolutions }: ArchitectureBlock): SiteMoments {
  return convolutions.reduce((h, { kernel, stride }) => convolve(normalized(h), kernel, stride), x);
}

function projection(x: SiteMoments, { convolutions }: ArchitectureBlock): SiteMoments {
  const stride = convolutions.reduce((product, convolution) => product * convolution.stride, 1);
  return convolve(normalized(x), 1, stride);
}

/** Variance 1/fan-in, on pixels of second moment 1 and mean 0: the mean is 0 and the border weaker. */
function afterStem(
  stem: { readonly kernel: number; readonly stride: number; readonly pooling: number },
  imageSize: number,
): SiteMoments {
  const pixels = { size: imageSize, n: new Float64Array(imageSize * imageSize).fill(1) };
  const { size, m } = convolve(pixels, stem.kernel, stem.stride);
  const pooled = Math.ceil(size / stem.pooling);
  const kept = new Float64Array(pooled * pooled);
  for (let y = 0; y < pooled; y++) {
    for (let x = 0; x < pooled; x++) kept[y * pooled + x] = m[y * stem.pooling * size + x * stem.pooling];
  }
  return { size: pooled, m: kept, g: new Float64Array(kept.length) };
}

/** n(p) = (m(p) − 2 g(p) + g̅) / (m̅ − g̅). */
function normalized({ size, m, g }: SiteMoments): { readonly size: number; readonly n: Float64Array } {
  const [meanM, meanG] = [meanOf(m), meanOf(g)];
  return { size, n: m.map((value, p) => Math.max(0, (value - 2 * g[p] + meanG) / (meanM - meanG))) };
}

/** ReLU, and a convolution with He weights. */
function convolve(
  { size, n }: { readonly size: number; readonly n: Float64Array },
  kernel: number,
  stride: number,
): SiteMoments {
  const outputs = Math.ceil(size / stride);
  const u = n.map(Math.sqrt);
  const m = new Float64Array(outputs * outputs);
  const g = new Float64Array(outputs * outputs);
  const taken = new Float64Array(outputs * outputs);
  const taps = kernel * kernel;
  const reach = Math.floor((kernel - 1) / 2);
  for (let tap = 0; tap < taps; tap++) {
    const down = Math.floor(tap / kernel) - reach;
    const right = (tap % kernel) - reach;
    taken.fill(0);
    for (let y = 0; y < outputs; y++) {
      const row = y * stride + down;
      if (row < 0 || row >= size) continue;
      for (let x = 0; x < outputs; x++) {
        const column = x * stride + right;
        if (column < 0 || column >= size) continue;
        m[y * outputs + x] += n[row * size + column] / taps;
        taken[y * outputs + x] = u[row * size + column];
      }
    }
    const scale = meanOf(taken) / (Math.PI * taps);
    for (let p = 0; p < g.length; p++) g[p] += scale * taken[p];
  }
  return { size: outputs, m, g };
}

function scaled({ size, m, g }: SiteMoments, by: number): SiteMoments {
  return { size, m: m.map((value) => by * value), g: g.map((value) => by * value) };
}

function sum(a: SiteMoments, b: SiteMoments): SiteMoments {
  return { size: a.size, m: a.m.map((value, p) => value + b.m[p]), g: a.g.map((value, p) => value + b.g[p]) };
}

function averages({ m, g }: SiteMoments): MapMoments {
  const [secondMoment, meanSquared] = [meanOf(m), meanOf(g)];
  return { secondMoment, meanSquared, variance: secondMoment - meanSquared };
}

function meanOf(values: Float64Array): number {
  let total = 0;
  for (let p = 0; p < values.length; p++) total += values[p];
  return total / values.length;
}
