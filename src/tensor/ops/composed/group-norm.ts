import type * as tf from "@tensorflow/tfjs";
import { computed, readNumbers } from "../../transfer.js";
import { addByChannel } from "../channel-sums.js";
import { BATCH_NORM_EPSILON, type GroupNormOptions, type GroupNormPass } from "../normalization.js";

// Group normalisation in JavaScript, for any backend: a few times the time of a kernel. Sums are in float64.

/** γ·x̂ + β, and max(0, ·) of it where `rectifies`. */
export function groupNorm({ x, gamma, beta, groups, rectifies }: GroupNormOptions): GroupNormPass {
  const map = mapOf(x.shape, groups);
  let statistics: ImageStatistics | undefined;
  const y = computed<tf.Rank.R4>(x.shape, [x, gamma, beta], (target, values, scales, shifts) => {
    statistics = imageStatisticsOf(values, map);
    normalize(target, values, { map, statistics, scales, shifts, rectifies });
  });
  return {
    y,
    gradients: (dy, saved) => {
      let sums: ChannelSums | undefined;
      const dx = computed(dy.shape, [dy, ...saved], (target, slopes, values, scales, shifts) => {
        const layer = { map, statistics: statistics!, scales, shifts, rectifies };
        sums = gradients(target, { slopes, values, layer });
      });
      return { dx, ...sums! };
    },
  };
}

/** Means and deviations of a map by image and group. */
export function groupStatistics(x: tf.Tensor4D, groups: number): ImageStatistics {
  let statistics: ImageStatistics | undefined;
  readNumbers([x], (values) => {
    statistics = imageStatisticsOf(values, mapOf(x.shape, groups));
  });
  return statistics!;
}

/** (x − the mean of its image and group)·factors, NHWC. */
export function centredByGroup(x: tf.Tensor4D, factors: tf.Tensor4D, groups: number): tf.Tensor4D {
  const map = mapOf(x.shape, groups);
  return computed<tf.Rank.R4>(x.shape, [x, factors], (target, values, by) => {
    const means = new Float64Array(map.channels);
    for (let start = 0; start < values.length; start += map.size) {
      addByChannel(means.fill(0), values.subarray(start, start + map.size));
      shareInGroups(means, map);
      for (let first = start; first < start + map.size; first += map.channels) {
        for (let c = 0; c < map.channels; c++) {
          target[first + c] = (values[first + c] - means[c] / map.count) * by[first + c];
        }
      }
    }
  });
}

/** How the numbers of a map are grouped. */
interface GroupedMap {
  readonly images: number;
  readonly channels: number;
  /** Numbers an image. */
  readonly size: number;
  /** Channels a group. */
  readonly width: number;
  /** M, numbers of one image in a group. */
  readonly count: number;
}

function mapOf([images, height, width, channels]: tf.Tensor4D["shape"], groups: number): GroupedMap {
  const [size, inGroup] = [height * width * channels, channels / groups];
  return { images, channels, size, width: inGroup, count: height * width * inGroup };
}

/** Of each channel of each image, [images·C]: those of its group. */
export interface ImageStatistics {
  readonly mean: Float64Array;
  /** 1/√(variance + 1e-5). */
  readonly inverse: Float64Array;
}

interface NormalizedLayer {
  readonly map: GroupedMap;
  readonly statistics: ImageStatistics;
  readonly scales: Float32Array;
  readonly shifts: Float32Array;
  readonly rectifies: boolean;
}

function imageStatisticsOf(values: Float32Array, map: GroupedMap): ImageStatistics {
  const { images, channels, size, count } = map;
  const [mean, inverse] = [new Float64Array(images * channels), new Float64Array(images * channels)];
  for (let image = 0; image < images; image++) {
    const [start, end] = [image * size, (image + 1) * size];
    const own = mean.subarray(image * channels, (image + 1) * channels);
    const spread = inverse.subarray(image * channels, (image + 1) * channels);
    addByChannel(own, values.subarray(start, end));
    shareInGroups(own, map);
    for (let c = 0; c < channels; c++) own[c] /= count;
    // Around the mean: the difference E[x²] − mean² would cancel.
    for (let first = start; first < end; first += channels) {
      for (let c = 0; c < channels; c++) {
        const centred = values[first + c] - own[c];
        spread[c] += centred * centred;
      }
    }
    shareInGroups(spread, map);
    for (let c = 0; c < channels; c++) spread[c] = 1 / Math.sqrt(spread[c] / count + BATCH_NORM_EPSILON);
  }
  return { mean, inverse };
}

/** Replaces what each channel has by the sum over its group. */
function shareInGroups(values: Float64Array, { width }: GroupedMap): void {
  for (let first = 0; first < values.length; first += width) {
    let sum = 0;
    for (let c = first; c < first + width; c++) sum += values[c];
    values.fill(sum, first, first + width);
  }
}

function normalize(y: Float32Array, values: Float32Array, layer: NormalizedLayer): void {
  const { map, statistics, scales, shifts, rectifies } = layer;
  const { images, channels, size } = map;
  const [factor, offset] = [new Float64Array(channels), new Float64Array(channels)];
  for (let image = 0; image < images; image++) {
    for (let c = 0; c < channels; c++) {
      factor[c] = scales[c] * statistics.inverse[image * channels + c];
      offset[c] = shifts[c] - factor[c] * statistics.mean[image * channels + c];
    }
    for (let first = image * size; first < (image + 1) * size; first += channels) {
      for (let c = 0; c < channels; c++) {
        const z = factor[c] * values[first + c] + offset[c];
        // 0·z is not a number where z is not finite; a branch on its sign would be guessed wrong half the time.
        y[first + c] = rectifies ? Math.max(0, z) + 0 * z : z;
      }
    }
  }
}

/** Of each channel: Σ g·x̂ and Σ g. */
interface ChannelSums {
  readonly byScale: Float64Array;
  readonly byShift: Float64Array;
}

interface GradientOptions {
  /** dy. */
  readonly slopes: Float32Array;
  readonly values: Float32Array;
  readonly layer: NormalizedLayer;
}

/** Writes the gradient by x to `dx`; returns those by γ and β. */
function gradients(dx: Float32Array, { slopes, values, layer }: GradientOptions): ChannelSums {
  const { images, channels, size, count } = layer.map;
  const { scales, shifts, rectifies } = layer;
  const total = { byScale: new Float64Array(channels), byShift: new Float64Array(channels) };
  for (let image = 0; image < images; image++) {
    const of = (array: Float64Array) => array.subarray(image * channels, (image + 1) * channels);
    const [mean, inverse] = [of(layer.statistics.mean), of(layer.statistics.inverse)];
    const [byHat, ofSlope] = [new Float64Array(channels), new Float64Array(channels)];
    const [start, end] = [image * size, (image + 1) * size];
    // First g, which stays in dx for the second pass.
    for (let first = start; first < end; first += channels) {
      for (let c = 0; c < channels; c++) {
        const hat = (values[first + c] - mean[c]) * inverse[c];
        const isOpen = rectifies ? Number(scales[c] * hat + shifts[c] > 0) : 1;
        const slope = isOpen * slopes[first + c];
        dx[first + c] = slope;
        ofSlope[c] += slope;
        byHat[c] += slope * hat;
      }
    }
    for (let c = 0; c < channels; c++) {
      total.byScale[c] += byHat[c];
      total.byShift[c] += ofSlope[c];
      byHat[c] *= scales[c] / count;
      ofSlope[c] *= scales[c] / count;
    }
    shareInGroups(byHat, layer.map);
    shareInGroups(ofSlope, layer.map);
    for (let first = start; first < end; first += channels) {
      for (let c = 0; c < channels; c++) {
        const hat = (values[first + c] - mean[c]) * inverse[c];
        dx[first + c] = inverse[c] * (scales[c] * dx[first + c] - ofSlope[c] - hat * byHat[c]);
      }
    }
  }
  return total;
}
