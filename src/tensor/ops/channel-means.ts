import * as tf from "@tensorflow/tfjs";
import { addByChannel } from "./channel-sums.js";

/** Numbers that are averaged in float32, by average pooling, and how often. */
const [LONGEST_BLOCK, STAGES] = [16, 2] as const;

/**
 * The mean of each channel over batch and space, read back.
 *
 * Blocks of up to 16 numbers are averaged where the tensor is, then blocks of those, at memory speed; what is left of the map, a
 * 256th where it can be cut so, is read and summed in float64. Within 2·16·2^-24 of float64 for numbers of one sign, and usually within
 * 1e-6, however many there are.
 *
 * @param x NHWC, [B, H, W, C].
 * @returns C numbers.
 */
export function channelMeans(x: tf.Tensor4D): Float32Array {
  const channels = x.shape[3];
  const averages = tf.tidy(() => {
    let map = x;
    for (let stage = 0; stage < STAGES; stage++) map = averagesOfBlocks(map);
    return map === x ? tf.clone(x) : map;
  });
  const sums = new Float64Array(channels);
  addByChannel(sums, averages.dataSync<"float32">());
  const count = averages.size / channels;
  averages.dispose();
  return Float32Array.from(sums, (sum) => sum / count);
}

/** [n/b, 1, 1, C] from n pixels, b the largest divisor of n up to 16; the map itself if that is 1. */
function averagesOfBlocks(map: tf.Tensor4D): tf.Tensor4D {
  const channels = map.shape[3];
  const pixels = map.size / channels;
  let block: number = LONGEST_BLOCK;
  while (pixels % block !== 0) block--;
  if (block === 1) return map;
  return tf.avgPool(tf.reshape(map, [pixels / block, block, 1, channels]), [block, 1], 1, "valid");
}
