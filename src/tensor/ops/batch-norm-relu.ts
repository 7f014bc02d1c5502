import type * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import { nativeKernels } from "../native-kernels.js";
import * as composed from "./composed/batch-norm-relu.js";
import * as native from "./native/batch-norm-relu.js";
import type {
  ChannelStatistics,
  NormalizationGradientOptions,
  NormalizationGradients,
  NormalizationOptions,
} from "./normalization.js";

export type BatchNormReluOptions = Omit<NormalizationOptions, "statistics">;

export interface NormalizedBatch {
  readonly y: tf.Tensor4D;
  readonly statistics: ChannelStatistics;
}

/**
 * Batch normalisation with the batch's own statistics, then ReLU: max(0, γ·x̂ + β), x̂ = (x − mean)/√(variance + 1e-5),
 * mean and (biased) variance over batch and space (Ioffe & Szegedy 2015).
 *
 * One fused operation, which keeps only x for its gradient: where the ReLU let through is worked out again. With N = B·H·W
 * and g the gradient after the ReLU's mask,
 *
 *   dβ = Σ g,  dγ = Σ g·x̂,  dx = γ/√(variance + ε) · (g − dβ/N − x̂·dγ/N).
 *
 * @returns the result, and the batch's statistics for the moving averages.
 */
export function batchNormRelu({ x, gamma, beta }: BatchNormReluOptions): NormalizedBatch {
  const statistics = channelStatistics(x);
  const y = differentiable({
    inputs: [x, gamma, beta],
    forward: () => affineRelu({ x, gamma, beta, statistics }),
    saves: () => [x, gamma, beta],
    backward: (dy, saved, _, total) => {
      const [input, scale, shift] = saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
      return gradient(dy as tf.Tensor4D, {
        x: input,
        gamma: scale,
        beta: shift,
        statistics,
        total: total as tf.Tensor4D | undefined,
      });
    },
  });
  return { y, statistics };
}

/** Mean and biased variance of each channel over batch and space. */
export function channelStatistics(x: tf.Tensor4D): ChannelStatistics {
  const kernels = nativeKernels();
  return kernels ? native.channelStatistics(kernels, x) : composed.channelStatistics(x);
}

/** The same with given statistics, such as moving averages, and without a gradient. */
export function affineRelu(options: NormalizationOptions): tf.Tensor4D {
  const kernels = nativeKernels();
  return kernels ? native.affineRelu(kernels, options) : composed.affineRelu(options);
}

function gradient(dy: tf.Tensor4D, options: NormalizationGradientOptions): NormalizationGradients {
  const kernels = nativeKernels();
  return kernels
    ? native.batchNormReluGradient(kernels, dy, options)
    : composed.batchNormReluGradient(dy, options);
}
