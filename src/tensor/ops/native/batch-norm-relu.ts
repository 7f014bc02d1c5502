import type * as tf from "@tensorflow/tfjs";
import type { KernelModule } from "../../kernels/index.js";
import { emptyTensor } from "../../native-kernels.js";
import type {
  ChannelStatistics,
  NormalizationGradientOptions,
  NormalizationGradients,
  NormalizationOptions,
} from "../normalization.js";

/** Mean and biased variance of each channel over batch and space: one pass over x. */
export function channelStatistics(kernels: KernelModule, x: tf.Tensor4D): ChannelStatistics {
  const { pixels, channels, mean, variance, rest } = workspace(kernels, x);
  kernels.run.channelMoments(kernels.pointer(x), mean, variance, rest, pixels, channels);
  return {
    mean: kernels.floats(mean, channels).slice(),
    variance: kernels.floats(variance, channels).slice(),
  };
}

/** max(0, γ·x̂ + β): one pass over x. */
export function affineRelu(kernels: KernelModule, options: NormalizationOptions): tf.Tensor4D {
  const { x, gamma, beta, statistics } = options;
  const { pixels, channels, mean, variance, rest } = workspace(kernels, x, statistics);
  const y = emptyTensor<tf.Rank.R4>(kernels, x.shape);
  const [from, to, scale, shift] = kernels.pointers(x, y, gamma, beta);
  kernels.run.affineRelu(from, to, scale, shift, mean, variance, rest, pixels, channels);
  return y;
}

/** The gradient by x, γ and β when the statistics are x's own: two passes over x and dy. Added to `total` where there is one. */
export function batchNormReluGradient(
  kernels: KernelModule,
  dy: tf.Tensor4D,
  { x, gamma, beta, statistics, total }: NormalizationGradientOptions,
): NormalizationGradients {
  const { pixels, channels, mean, variance, rest } = workspace(kernels, x, statistics);
  const gradients: NormalizationGradients = [
    total ?? emptyTensor(kernels, x.shape),
    emptyTensor(kernels, gamma.shape),
    emptyTensor(kernels, beta.shape),
  ];
  const inputs = kernels.pointers(x, dy, gamma, beta);
  const outputs = kernels.pointers(...gradients);
  kernels.run.batchNormReluGradient(
    ...inputs,
    mean,
    variance,
    ...outputs,
    rest,
    pixels,
    channels,
    total ? 1 : 0,
  );
  return gradients;
}

/** Scratch memory: the mean and the variance of each channel, and what the kernels themselves need. */
function workspace(kernels: KernelModule, { shape }: tf.Tensor4D, statistics?: ChannelStatistics) {
  const channels = shape[3];
  const mean = kernels.scratch(2 * channels + kernels.run.channelScratch(channels));
  const variance = mean + 4 * channels;
  if (statistics) {
    kernels.floats(mean, channels).set(statistics.mean);
    kernels.floats(variance, channels).set(statistics.variance);
  }
  const pixels = shape[0] * shape[1] * shape[2];
  return { pixels, channels, mean, variance, rest: variance + 4 * channels };
}
