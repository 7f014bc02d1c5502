import type * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import { computed } from "../transfer.js";

/** Added to variance·fan-in, which is 2 for He's weights. */
export const WEIGHT_STANDARDIZATION_EPSILON = 1e-4;

export interface StandardizedFilterOptions {
  /** [k, k, C, O]. */
  readonly filter: tf.Tensor4D;
  /** Learned, one for each output channel: [O]. */
  readonly gain: tf.Tensor1D;
  /** A constant factor of all of it; 1 if absent. */
  readonly factor?: number;
}

/**
 * Scaled weight standardisation (Brock, De & Smith 2021): the weights of each output channel o with mean 0 and, over their
 * fan-in N = k²·C, a sum of squares of 1,
 *
 *   Ŵ = factor·gain[o]·V,  V = (W − mean)/√(N·variance + 1e-4),  mean and (biased) variance over the N weights of o.
 *
 * With D the gradient by Ŵ: the gradient by gain[o] is factor·Σ D·V, and by W, with r = factor·gain[o]/√(N·variance + 1e-4),
 * r·(D − mean of D − V·Σ D·V). In float64 within a channel.
 */
export function standardizedFilter({ filter, gain, factor = 1 }: StandardizedFilterOptions): tf.Tensor4D {
  return differentiable({
    inputs: [filter, gain],
    forward: () =>
      computed<tf.Rank.R4>(filter.shape, [filter, gain], (target, weights, gains) => {
        forEachChannel(weights, gains.length, ({ channel, each, mean, inverse }) => {
          const scale = factor * gains[channel] * inverse;
          each((i) => {
            target[i] = scale * (weights[i] - mean);
          });
        });
      }),
    saves: () => [filter, gain],
    backward: (dy, [weights, gains]) => [
      computed(weights.shape, [dy, weights, gains], (target, slopes, values, scales) => {
        forEachChannel(values, scales.length, ({ channel, each, mean, inverse, count }) => {
          const { sum, product } = slopeSums(slopes, values, { each, mean, inverse });
          const scale = factor * scales[channel] * inverse;
          each((i) => {
            target[i] = scale * (slopes[i] - sum / count - (values[i] - mean) * inverse * product);
          });
        });
      }),
      computed(gains.shape, [dy, weights], (target, slopes, values) => {
        forEachChannel(values, target.length, (channel) => {
          target[channel.channel] = factor * slopeSums(slopes, values, channel).product;
        });
      }),
    ],
  });
}

interface FilterChannel {
  readonly channel: number;
  /** Calls with the place of each weight of the channel. */
  readonly each: (call: (index: number) => void) => void;
  /** N. */
  readonly count: number;
  readonly mean: number;
  /** 1/√(N·variance + 1e-4). */
  readonly inverse: number;
}

function forEachChannel(
  weights: Float32Array,
  channels: number,
  call: (channel: FilterChannel) => void,
): void {
  const count = weights.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    const each: FilterChannel["each"] = (visit) => {
      for (let i = channel; i < weights.length; i += channels) visit(i);
    };
    let [sum, squares] = [0, 0];
    each((i) => {
      sum += weights[i];
    });
    const mean = sum / count;
    each((i) => {
      squares += (weights[i] - mean) ** 2;
    });
    call({ channel, each, count, mean, inverse: 1 / Math.sqrt(squares + WEIGHT_STANDARDIZATION_EPSILON) });
  }
}

/** Σ D and Σ D·V. */
function slopeSums(
  slopes: Float32Array,
  weights: Float32Array,
  { each, mean, inverse }: Pick<FilterChannel, "each" | "mean" | "inverse">,
): { readonly sum: number; readonly product: number } {
  let [sum, product] = [0, 0];
  each((i) => {
    sum += slopes[i];
    product += slopes[i] * (weights[i] - mean) * inverse;
  });
  return { sum, product };
}
