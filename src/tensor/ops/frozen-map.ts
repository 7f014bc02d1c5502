import * as tf from "@tensorflow/tfjs";
import { factorsApplied } from "../sampling/component-pass.js";
import { computed } from "../transfer.js";
import { centredByGroup, groupStatistics } from "./composed/group-norm.js";
import { BATCH_NORM_EPSILON } from "./normalization.js";

/**
 * The mean that is taken off before the factors: none, each channel's over batch and space, or that of each image over so
 * many groups of consecutive channels and space.
 */
export type MapCentring = "none" | "channel" | { readonly groups: number };

/** A linear map that works element by element but for a mean: x ↦ (x − mean(x))·G. */
export interface FrozenMap {
  /** G, NHWC. */
  readonly factors: tf.Tensor4D;
  readonly centring: MapCentring;
}

export interface FreezeMapOptions {
  /** What entered the ReLU at the batch, or what left it: NHWC, [B, H, W, C]. Above 0 where the ReLU is open. */
  readonly rectified: tf.Tensor4D;
  /** What the normaliser multiplies by: C numbers, or B·C where images differ; 1 if absent. */
  readonly factors?: ArrayLike<number>;
  /** Whether a ReLU follows, which lets through what it did at the batch. */
  readonly rectifies: boolean;
  /** `none` if absent. */
  readonly centring?: MapCentring;
}

/**
 * A normaliser and a ReLU whose statistics and gates are held at their values for one batch, which makes them linear. The
 * mean is taken of what is mapped, so that the images of parts add up to the image of their sum; the shift is left out.
 */
export function freezeMap(options: FreezeMapOptions): FrozenMap {
  const { rectified, factors, rectifies, centring = "none" } = options;
  const [images, height, width, channels] = rectified.shape;
  const perImage = height * width * channels;
  const ofImages = factors !== undefined && factors.length > channels;
  const gates = computed<tf.Rank.R4>(rectified.shape, [rectified], (target, values) => {
    for (let image = 0, at = 0; image < images; image++) {
      const first = ofImages ? image * channels : 0;
      for (const end = at + perImage; at < end; ) {
        for (let c = 0; c < channels; c++, at++) {
          const isOpen = !rectifies || values[at] > 0;
          target[at] = isOpen ? (factors?.[first + c] ?? 1) : 0;
        }
      }
    }
  });
  return { factors: gates, centring };
}

/** The image of `x`, NHWC, as a new tensor. */
export function applyFrozenMap({ factors, centring }: FrozenMap, x: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    if (centring === "none") return tf.mul(x, factors);
    if (centring === "channel") return centredByChannel(x, factors);
    return centredByGroup(x, factors, centring.groups);
  });
}

function centredByChannel(x: tf.Tensor4D, factors: tf.Tensor4D): tf.Tensor4D {
  const rows = (map: tf.Tensor4D) => tf.reshape(map, [-1, map.shape[3]]) as tf.Tensor2D;
  const fast = factorsApplied(rows(x), rows(factors), "feature");
  if (fast) return tf.reshape(fast, x.shape);
  // As if the batch were one image, with a group for each channel.
  const channels = x.shape[3];
  const whole = (map: tf.Tensor4D) => tf.reshape(map, [1, -1, 1, channels]) as tf.Tensor4D;
  return tf.reshape(centredByGroup(whole(x), whole(factors), channels), x.shape);
}

/** γ/√(variance + 1e-5) by channel: what a batch normalisation multiplies by. */
export function channelFactors(gamma: tf.Tensor1D, variance: Float32Array): Float64Array {
  const scales = gamma.dataSync<"float32">();
  return Float64Array.from(variance, (value, c) => scales[c] / Math.sqrt(value + BATCH_NORM_EPSILON));
}

export interface GroupFactorsOptions {
  /** NHWC, [B, H, W, C]. */
  readonly x: tf.Tensor4D;
  /** [C]. */
  readonly gamma: tf.Tensor1D;
  readonly groups: number;
}

/** γ/√(variance + 1e-5) by image and channel, B·C: what a group normalisation multiplies by. */
export function groupFactors({ x, gamma, groups }: GroupFactorsOptions): Float64Array {
  const channels = x.shape[3];
  const { inverse } = groupStatistics(x, groups);
  const scales = gamma.dataSync<"float32">();
  return inverse.map((value, index) => scales[index % channels] * value);
}
