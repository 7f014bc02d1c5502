import * as tf from "@tensorflow/tfjs";
import { channelAffine } from "./channel-affine.js";
import { channelMeans } from "./channel-means.js";
import { rectified, throughRectifier } from "./relu.js";

/** Added to the variance; PyTorch's value (tfjs's is 1e-3). */
export const BATCH_NORM_EPSILON = 1e-5;

export interface BatchNormReluOptions {
  /** NHWC, [B, H, W, C]. */
  readonly x: tf.Tensor4D;
  /** Scale and shift, [C]. */
  readonly gamma: tf.Tensor1D;
  readonly beta: tf.Tensor1D;
}

/** Mean and variance of each channel. */
export interface ChannelStatistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

export interface NormalizedBatch {
  readonly y: tf.Tensor4D;
  readonly statistics: ChannelStatistics;
}

/**
 * Batch normalisation with the batch's own statistics, then ReLU: max(0, γ·x̂ + β), x̂ = (x − mean)/√(variance + 1e-5),
 * mean and (biased) variance over batch and space (Ioffe & Szegedy 2015).
 *
 * One fused operation: tfjs's gradient of batch normalisation takes 171 ms for [128, 32, 32, 16] where this one takes 7.
 * With N = B·H·W and g the gradient after the ReLU's mask,
 *
 *   dβ = Σ g,  dγ = Σ g·x̂,  dx = γ/√(variance + ε) · (g − dβ/N − x̂·dγ/N).
 *
 * @returns the result, and the batch's statistics for the moving averages.
 */
export function batchNormRelu({ x, gamma, beta }: BatchNormReluOptions): NormalizedBatch {
  let statistics: ChannelStatistics | undefined;
  const normalize = tf.customGrad((...args) => {
    const [input, scale, shift, save] = args as unknown as [
      tf.Tensor4D,
      tf.Tensor1D,
      tf.Tensor1D,
      tf.GradSaveFunc,
    ];
    statistics = channelStatistics(input);
    const deviation = inverseDeviation(statistics);
    const y = affineRelu({ x: input, statistics, gamma: scale.dataSync(), beta: shift.dataSync() });
    save([input, scale, y]);
    const { mean } = statistics;
    return {
      value: y,
      gradFunc: (dy, saved) => {
        const [savedInput, savedScale, savedY] = saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor4D];
        return gradients({
          dy: dy as tf.Tensor4D,
          x: savedInput,
          y: savedY,
          gamma: savedScale.dataSync(),
          mean,
          deviation,
        });
      },
    };
  });
  const y = normalize(x, gamma, beta) as tf.Tensor4D;
  return { y, statistics: statistics! };
}

/** Mean and biased variance of each channel over batch and space. */
export function channelStatistics(x: tf.Tensor4D): ChannelStatistics {
  const mean = channelMeans(x);
  // Around the mean, not E[x²] − mean²: the skip path's mean grows with depth, and the difference would cancel.
  const centred = channelAffine({
    x,
    scale: new Float32Array(mean.length).fill(1),
    shift: mean.map((value) => -value),
  });
  const squares: tf.Tensor4D = tf.mul(centred, centred);
  const variance = channelMeans(squares);
  tf.dispose([centred, squares]);
  return { mean, variance };
}

export interface AffineReluOptions {
  readonly x: tf.Tensor4D;
  readonly statistics: ChannelStatistics;
  readonly gamma: ArrayLike<number>;
  readonly beta: ArrayLike<number>;
}

/** The same with given statistics, such as moving averages, and without a gradient. */
export function affineRelu({ x, statistics, gamma, beta }: AffineReluOptions): tf.Tensor4D {
  const inverse = inverseDeviation(statistics);
  const scale = inverse.map((value, c) => value * gamma[c]);
  const shift = scale.map((value, c) => beta[c] - value * statistics.mean[c]);
  return tf.tidy(() => rectified(channelAffine({ x, scale, shift })));
}

interface BackwardOptions {
  readonly dy: tf.Tensor4D;
  readonly x: tf.Tensor4D;
  readonly y: tf.Tensor4D;
  readonly gamma: ArrayLike<number>;
  readonly mean: Float32Array;
  /** 1/√(variance + ε). */
  readonly deviation: Float64Array;
}

function gradients(options: BackwardOptions): tf.Tensor[] {
  const { dy, x, y, gamma, mean, deviation } = options;
  const [batch, height, width] = x.shape;
  const count = batch * height * width;
  return tf.tidy(() => {
    const g = throughRectifier(dy, y);
    const standardized = channelAffine({
      x,
      scale: deviation,
      shift: deviation.map((value, c) => -value * mean[c]),
    });
    const meanOfG = channelMeans(g);
    const meanOfProduct = channelMeans(tf.mul(g, standardized));
    const scale = deviation.map((value, c) => value * gamma[c]);
    const dx = tf.add(
      channelAffine({ x: g, scale, shift: scale.map((value, c) => -value * meanOfG[c]) }),
      channelAffine({
        x: standardized,
        scale: scale.map((value, c) => -value * meanOfProduct[c]),
        shift: new Float64Array(scale.length),
      }),
    );
    const sum = (means: Float32Array) => tf.tensor1d(means.map((value) => value * count));
    return [dx, sum(meanOfProduct), sum(meanOfG)];
  });
}

function inverseDeviation({ variance }: ChannelStatistics): Float64Array {
  return Float64Array.from(variance, (value) => 1 / Math.sqrt(value + BATCH_NORM_EPSILON));
}
