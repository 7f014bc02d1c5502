import type * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import { computed, readNumbers } from "../transfer.js";
import { type BatchNormReluOptions, channelStatistics, type NormalizedBatch } from "./batch-norm-relu.js";
import { BATCH_NORM_EPSILON, type ChannelStatistics, type NormalizationOptions } from "./normalization.js";

/**
 * Batch normalisation with the batch's own statistics and no ReLU behind it: γ·x̂ + β, x̂ = (x − mean)/√(variance + 1e-5) (Ioffe &
 * Szegedy 2015). It keeps only x for its gradient, `batchNormRelu`'s without the mask.
 *
 * @returns the result, and the batch's statistics for the moving averages.
 */
export function batchNorm({ x, gamma, beta }: BatchNormReluOptions): NormalizedBatch {
  const statistics = channelStatistics(x);
  const y = differentiable({
    inputs: [x, gamma, beta],
    forward: () => affine({ x, gamma, beta, statistics }),
    saves: () => [x, gamma],
    backward: (dy, [savedX, savedGamma]) => {
      const sums = channelSums(dy, savedX, statistics);
      return [
        gradientByInput(dy, { x: savedX, gamma: savedGamma, statistics, sums }),
        computed(savedGamma.shape, [], (target) => target.set(sums.byHat)),
        computed(savedGamma.shape, [], (target) => target.set(sums.ofSlope)),
      ];
    },
  });
  return { y, statistics };
}

/** The same with given statistics, such as moving averages, and without a gradient. */
export function affine({ x, gamma, beta, statistics }: NormalizationOptions): tf.Tensor4D {
  const { mean } = statistics;
  const inverse = inverseDeviations(statistics);
  return computed<tf.Rank.R4>(x.shape, [x, gamma, beta], (y, values, scales, shifts) => {
    const scale = inverse.map((value, c) => value * scales[c]);
    for (let first = 0; first < y.length; first += scale.length) {
      for (let c = 0; c < scale.length; c++) {
        y[first + c] = scale[c] * (values[first + c] - mean[c]) + shifts[c];
      }
    }
  });
}

interface ChannelSums {
  /** Σ dy and Σ dy·x̂, in float64. */
  readonly ofSlope: Float64Array;
  readonly byHat: Float64Array;
}

function channelSums(dy: tf.Tensor, x: tf.Tensor, statistics: ChannelStatistics): ChannelSums {
  const { mean } = statistics;
  const inverse = inverseDeviations(statistics);
  const channels = mean.length;
  const [ofSlope, byHat] = [new Float64Array(channels), new Float64Array(channels)];
  readNumbers([dy, x], (slopes, values) => {
    for (let first = 0; first < values.length; first += channels) {
      for (let c = 0; c < channels; c++) {
        ofSlope[c] += slopes[first + c];
        byHat[c] += slopes[first + c] * (values[first + c] - mean[c]) * inverse[c];
      }
    }
  });
  return { ofSlope, byHat };
}

interface InputGradientOptions {
  readonly x: tf.Tensor;
  readonly gamma: tf.Tensor;
  readonly statistics: ChannelStatistics;
  readonly sums: ChannelSums;
}

function gradientByInput(
  dy: tf.Tensor,
  { x, gamma, statistics, sums: { ofSlope, byHat } }: InputGradientOptions,
): tf.Tensor {
  const { mean } = statistics;
  const inverse = inverseDeviations(statistics);
  const channels = mean.length;
  const count = x.size / channels;
  return computed(x.shape, [dy, x, gamma], (dx, slopes, values, scales) => {
    for (let first = 0; first < dx.length; first += channels) {
      for (let c = 0; c < channels; c++) {
        const hat = (values[first + c] - mean[c]) * inverse[c];
        const slope = slopes[first + c] - (ofSlope[c] + hat * byHat[c]) / count;
        dx[first + c] = scales[c] * inverse[c] * slope;
      }
    }
  });
}

function inverseDeviations({ variance }: ChannelStatistics): Float64Array {
  return Float64Array.from(variance, (value) => 1 / Math.sqrt(value + BATCH_NORM_EPSILON));
}
