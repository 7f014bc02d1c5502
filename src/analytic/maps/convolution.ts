import { architectureOfStack } from "../../network/architecture.js";
import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { timesPowerOfTwo } from "../../network/scaled-number.js";
import { resolveScheme } from "../../network/schemes/index.js";
import type { ImageBatch } from "../mean-field/image-batch.js";
import { predictBatchNormMaps } from "./batchnorm-maps.js";

/**
 * The factor by which zero padding lowers the second moment of a convolution's output, averaged over the map of inputs
 * of equal second moment: the mean share of a kernel's taps that fall inside the `size`×`size` map,
 * ((3S−2)/(3S))² for a 3×3 kernel of stride 1. Padding is (kernel − 1)/2 on each side, as in ResNets; a stride of 2
 * leaves ⌈S/2⌉² sites, of which fewer lie at the border.
 *
 * It takes neighbouring pixels as equally strong; real maps are weaker at the border, so that the factor of a
 * deep network lies slightly above it.
 *
 * @throws InvalidArgumentError unless all are whole numbers of at least 1.
 * @example
 * ```ts
 * zeroPaddingFactor({ size: 32, kernel: 3 }); // 0.958767…
 * zeroPaddingFactor({ size: 32, kernel: 3, stride: 2 }); // 0.9587673611111112
 * ```
 */
export function zeroPaddingFactor(options: {
  readonly size: number;
  readonly kernel: number;
  /** 1 if absent. */
  readonly stride?: number;
}): number {
  const size = requireInteger("size", options.size, 1);
  const kernel = requireInteger("kernel", options.kernel, 1);
  const stride = requireInteger("stride", options.stride ?? 1, 1);
  const reach = Math.floor((kernel - 1) / 2);
  const outputs = Math.ceil(size / stride);
  let inside = 0;
  for (let x = 0; x < outputs; x++) {
    for (let tap = 0; tap < kernel; tap++) {
      const at = x * stride + tap - reach;
      if (at >= 0 && at < size) inside++;
    }
  }
  return (inside / (outputs * kernel)) ** 2;
}

/** The moments of a convolutional residual network by block, averaged over the map; the block's input is the skip path. */
export interface ConvolutionalMoments {
  /** Second moment of the skip path. */
  readonly skipSecondMoment: readonly number[];
  /** Squared mean over batch and space (BatchNorm's moving mean, squared). */
  readonly movingMeanSquared: readonly number[];
  /** Variance over batch and space: the difference of the two. */
  readonly skip: readonly number[];
  /** Variance over batch and space of the residual branch. */
  readonly branch: readonly number[];
}

export interface ConvolutionalOptions {
  /** Residual blocks. */
  readonly depth: number;
  /** Side of the (square) map. */
  readonly size: number;
  /** Side of the kernel, odd; 3 if absent. */
  readonly kernel?: number;
  /** The batch that goes through the network; pixels of unit second moment and no correlation if absent. */
  readonly images?: ImageBatch;
}

/**
 * The moments of `x ← x + Conv(ReLU(BN(x)))` with He weights, stride 1 and zero padding, at infinitely many channels,
 * after a convolution (variance 1/fan-in) of the images.
 *
 * Zero padding makes the border weaker and a pale image stays paler than others, so the moments are kept by site p, a
 * pixel of an image. With m(p) the second moment, g(p) the covariance of x(p) with the mean μ over all sites, and
 * g̅ = E μ² its mean, BatchNorm's output has the second moment n(p) = (m(p) − 2 g(p) + g̅) / (m̅ − g̅), whose mean is 1.
 * ReLU and He weights keep it, and two sites that centring leaves uncorrelated get the covariance √(n(p) n(p'))/π.
 * Averaging over the kernel's taps t inside the map, with u = √n and 0 outside, a block adds
 *
 *     m(p) += ⟨n(p+t)⟩_t,   g(p) += (1/π) ⟨u(p+t) · mean_p' u(p'+t)⟩_t.
 *
 * The second moment therefore grows a little faster than {@link zeroPaddingFactor}, and the squared mean, where a tap
 * must be inside the map at both sites and E u < 1, slower than 1/π times it. Left out is what centring leaves of the
 * correlations between sites, which only enters squared or through pairs within one image.
 *
 * @throws InvalidArgumentError for an even kernel, or images that are not count × size × size × channels numbers.
 * @example
 * ```ts
 * const { skipSecondMoment } = predictConvolutionalMoments({ depth: 100, size: 32 });
 * skipSecondMoment[99] - skipSecondMoment[98]; // 0.97…, above zeroPaddingFactor({ size: 32, kernel: 3 })
 * ```
 */
export function predictConvolutionalMoments(options: ConvolutionalOptions): ConvolutionalMoments {
  const depth = requireInteger("depth", options.depth, 1);
  const size = requireInteger("size", options.size, 1);
  const kernel = requireOdd(options.kernel ?? 3);
  const { images } = options;
  const architecture = uniformMaps({ depth, size, kernel });
  const scheme = resolveScheme("batchnorm");
  const { input, branch, exponent } = predictBatchNormMaps({ scheme, architecture, size, images });
  const plain = (values: readonly number[]) =>
    values.map((value, index) => timesPowerOfTwo(value, exponent[index]));
  return {
    skipSecondMoment: plain(input.secondMoment),
    movingMeanSquared: plain(input.meanSquared),
    skip: plain(input.variance),
    branch: plain(branch.variance),
  };
}

function uniformMaps({ depth, size, kernel }: Required<Omit<ConvolutionalOptions, "images">>) {
  const layer = { kernel, stride: 1, width: 1 };
  const stages = [{ blocks: depth, layers: [layer] }];
  return architectureOfStack({ name: "maps", imageSize: size, stem: { ...layer, pooling: 1 }, stages });
}

function requireOdd(kernel: number): number {
  if (requireInteger("kernel", kernel, 1) % 2 === 0) {
    throw new InvalidArgumentError("kernel", kernel, `odd, such as ${kernel - 1} or ${kernel + 1}`);
  }
  return kernel;
}
