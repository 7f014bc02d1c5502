import * as tf from "@tensorflow/tfjs";
import { channelAffine } from "../channel-affine.js";
import { channelMeans } from "../channel-means.js";
import {
  BATCH_NORM_EPSILON,
  type ChannelStatistics,
  type NormalizationGradients,
  type NormalizationOptions,
} from "../normalization.js";
import { rectified, throughRectifier } from "./relu.js";

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

/** max(0, γ·x̂ + β). */
export function affineRelu({ x, gamma, beta, statistics }: NormalizationOptions): tf.Tensor4D {
  const [scales, shifts] = [gamma.dataSync(), beta.dataSync()];
  const inverse = inverseDeviation(statistics);
  const scale = inverse.map((value, c) => value * scales[c]);
  const shift = scale.map((value, c) => shifts[c] - value * statistics.mean[c]);
  return tf.tidy(() => rectified(channelAffine({ x, scale, shift })));
}

/** The gradient by x, γ and β when the statistics are x's own. */
export function batchNormReluGradient(
  dy: tf.Tensor4D,
  options: NormalizationOptions,
): NormalizationGradients {
  const { x, gamma, statistics } = options;
  const [batch, height, width] = x.shape;
  const count = batch * height * width;
  const deviation = inverseDeviation(statistics);
  return tf.tidy(() => {
    const g = throughRectifier(dy, affineRelu(options));
    const standardized = channelAffine({
      x,
      scale: deviation,
      shift: deviation.map((value, c) => -value * statistics.mean[c]),
    });
    const meanOfG = channelMeans(g);
    const meanOfProduct = channelMeans(tf.mul(g, standardized));
    const scales = gamma.dataSync();
    const scale = deviation.map((value, c) => value * scales[c]);
    const dx: tf.Tensor4D = tf.add(
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
