import type * as tf from "@tensorflow/tfjs";
import type { KernelModule } from "../../kernels/index.js";
import { emptyTensor } from "../../native-kernels.js";
import {
  BATCH_NORM_EPSILON,
  type ChannelStatistics,
  type GroupNormGradients,
  type GroupNormOptions,
  type GroupNormPass,
  type NormalizationOptions,
} from "../normalization.js";

// Group normalisation and ReLU by the kernels of batch normalisation: image by image, with the statistics of the group for each
// of its channels.

/** max(0, γ·x̂ + β). */
export function groupNormRelu(kernels: KernelModule, options: GroupNormOptions): GroupNormPass {
  const { x, gamma, beta, groups } = options;
  const width = x.shape[3] / groups;
  const statistics = groupStatistics(kernels, x, width);
  return {
    y: normalized(kernels, { x, gamma, beta, statistics }),
    gradients: (dy, saved) => {
      const [savedX, scale, shift] = saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
      return gradients(kernels, dy, { x: savedX, gamma: scale, beta: shift, statistics, width });
    },
  };
}

/** Of each channel of each image, [images·C]: mean and variance of its group, over the map. */
function groupStatistics(kernels: KernelModule, x: tf.Tensor4D, width: number): ChannelStatistics {
  const map = mapOf(kernels, x);
  const { images, channels, pixels, mean, variance, rest } = map;
  const size = images * channels;
  const found = { mean: new Float32Array(size), variance: new Float32Array(size) };
  const from = kernels.pointer(x);
  for (let image = 0; image < images; image++) {
    kernels.run.channelMoments(from + map.bytes * image, mean, variance, rest, pixels, channels);
    pool(kernels.floats(mean, channels), kernels.floats(variance, channels), width);
    found.mean.set(kernels.floats(mean, channels), image * channels);
    found.variance.set(kernels.floats(variance, channels), image * channels);
  }
  return found;
}

/** Replaces the means and variances of the channels of a group by those of all its numbers. */
function pool(means: Float32Array, variances: Float32Array, width: number): void {
  for (let first = 0; first < means.length; first += width) {
    let [mean, variance] = [0, 0];
    for (let c = first; c < first + width; c++) mean += means[c] / width;
    for (let c = first; c < first + width; c++) variance += (variances[c] + (means[c] - mean) ** 2) / width;
    means.fill(mean, first, first + width);
    variances.fill(variance, first, first + width);
  }
}

function normalized(
  kernels: KernelModule,
  { x, gamma, beta, statistics }: NormalizationOptions,
): tf.Tensor4D {
  const map = mapOf(kernels, x);
  const y = emptyTensor<tf.Rank.R4>(kernels, x.shape);
  const [from, to, scale, shift] = kernels.pointers(x, y, gamma, beta);
  for (let image = 0; image < map.images; image++) {
    place(kernels, map, statistics, image);
    const [source, target] = [from, to].map((pointer) => pointer + map.bytes * image);
    const { mean, variance, rest, pixels, channels } = map;
    kernels.run.affineRelu(source, target, scale, shift, mean, variance, rest, pixels, channels);
  }
  return y;
}

/**
 * The kernel takes off the means of g and of g·x̂ over a channel, times γ; what is due are the means of γ·g and of γ·g·x̂ over the
 * group. The difference is one number, and a multiple of x̂, for each channel of an image.
 */
function gradients(
  kernels: KernelModule,
  dy: tf.Tensor,
  { x, gamma, beta, statistics, width }: NormalizationOptions & { readonly width: number },
): GroupNormGradients {
  const map = mapOf(kernels, x);
  const { images, channels, pixels, mean, variance, rest, sums } = map;
  const dx = emptyTensor(kernels, x.shape);
  const [from, slope, scale, shift, to] = kernels.pointers(x, dy, gamma, beta, dx);
  const [byScale, byShift] = [new Float64Array(channels), new Float64Array(channels)];
  const [ofSlope, byHat] = [new Float64Array(images * channels), new Float64Array(images * channels)];
  for (let image = 0; image < images; image++) {
    place(kernels, map, statistics, image);
    const [source, above, target] = [from, slope, to].map((pointer) => pointer + map.bytes * image);
    const outputs = [target, sums, sums + 4 * channels, rest] as const;
    const inputs = [source, above, scale, shift, mean, variance] as const;
    kernels.run.batchNormReluGradient(...inputs, ...outputs, pixels, channels, 0);
    const found = kernels.floats(sums, 2 * channels);
    for (let c = 0; c < channels; c++) {
      byHat[image * channels + c] = found[c];
      ofSlope[image * channels + c] = found[channels + c];
      byScale[c] += found[c];
      byShift[c] += found[channels + c];
    }
  }
  const scales = kernels.floats(scale, channels);
  correct(kernels.floats(to, x.size), kernels.floats(from, x.size), {
    channels,
    size: x.size / images,
    offset: excess(ofSlope, { scales, width, pixels }),
    factor: excess(byHat, { scales, width, pixels }),
    statistics,
  });
  return { dx, byScale, byShift };
}

/** γ_c·sum_c/pixels less its mean over the group, in place. */
function excess(
  sums: Float64Array,
  {
    scales,
    width,
    pixels,
  }: { readonly scales: Float32Array; readonly width: number; readonly pixels: number },
): Float64Array {
  for (let first = 0; first < sums.length; first += width) {
    let mean = 0;
    for (let i = first; i < first + width; i++) {
      sums[i] *= scales[i % scales.length] / pixels;
      mean += sums[i] / width;
    }
    for (let i = first; i < first + width; i++) sums[i] -= mean;
  }
  return sums;
}

interface CorrectionOptions {
  readonly channels: number;
  /** Numbers an image. */
  readonly size: number;
  /** What is added, before it is divided by the group's deviation: offset + factor·x̂. */
  readonly offset: Float64Array;
  readonly factor: Float64Array;
  readonly statistics: ChannelStatistics;
}

function correct(dx: Float32Array, x: Float32Array, options: CorrectionOptions): void {
  const { channels, size, offset, factor, statistics } = options;
  for (let i = 0; i < offset.length; i++) {
    const inverse = 1 / Math.sqrt(statistics.variance[i] + BATCH_NORM_EPSILON);
    factor[i] *= inverse * inverse;
    offset[i] = offset[i] * inverse - factor[i] * statistics.mean[i];
  }
  for (let first = 0, image = 0; first < dx.length; first += channels) {
    if (first >= (image + 1) * size) image++;
    const own = image * channels;
    for (let c = 0; c < channels; c++) dx[first + c] += offset[own + c] + factor[own + c] * x[first + c];
  }
}

/** Scratch memory, and how the numbers of a map lie. */
function mapOf(kernels: KernelModule, { shape }: tf.Tensor4D) {
  const [images, height, width, channels] = shape;
  // Mean, variance and two sums for each channel.
  const mean = kernels.scratch(4 * channels + kernels.run.channelScratch(channels));
  const variance = mean + 4 * channels;
  const sums = variance + 4 * channels;
  const pixels = height * width;
  const bytes = 4 * pixels * channels;
  return { images, channels, pixels, bytes, mean, variance, sums, rest: sums + 8 * channels };
}

function place(
  kernels: KernelModule,
  { channels, mean, variance }: ReturnType<typeof mapOf>,
  statistics: ChannelStatistics,
  image: number,
): void {
  const [start, end] = [image * channels, (image + 1) * channels];
  kernels.floats(mean, channels).set(statistics.mean.subarray(start, end));
  kernels.floats(variance, channels).set(statistics.variance.subarray(start, end));
}
