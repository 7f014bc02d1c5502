import { InvalidArgumentError } from "../../network/errors.js";
import type { ImageBatch } from "./image-batch.js";

/** The convolution that images go through first: weights of variance gain/fan-in. */
export interface StemLayer {
  readonly kernel: number;
  readonly stride: number;
  readonly gain: number;
  /** Whether the weights of an output have zero mean and exactly that variance over their fan-in. */
  readonly isStandardized: boolean;
}

/**
 * What a first convolution makes of images, for the second moments that follow: a channel for each of its n = kernel²·channels
 * weights, holding the number that this weight meets, 0 outside the image, times √gain. The mean over these channels of the
 * product at two sites is then the covariance of the convolution's outputs there. Standardised weights have the covariance
 * (δ_ij − 1/n)/(n − 1) times the gain, so that the mean over the channels is taken out, and the rest multiplied by √(n/(n − 1)).
 *
 * @throws InvalidArgumentError for images that are not count × size × size × channels numbers.
 */
export function stemPatches(images: ImageBatch, size: number, stem: StemLayer): ImageBatch {
  requireSize(images, size);
  const { data, count, channels } = images;
  const { kernel, stride, gain, isStandardized } = stem;
  const side = Math.ceil(size / stride);
  const reach = (kernel - 1) / 2;
  const fanIn = kernel * kernel * channels;
  const patches = new Float32Array(count * side * side * fanIn);
  let at = 0;
  for (let image = 0; image < count; image++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++, at += fanIn) {
        const patch = patches.subarray(at, at + fanIn);
        for (let tap = 0; tap < kernel * kernel; tap++) {
          const row = y * stride + Math.floor(tap / kernel) - reach;
          const column = x * stride + (tap % kernel) - reach;
          if (row < 0 || column < 0 || row >= size || column >= size) continue;
          const from = ((image * size + row) * size + column) * channels;
          patch.set(data.subarray(from, from + channels), tap * channels);
        }
        if (isStandardized) centre(patch);
        const scale = Math.sqrt(gain * (isStandardized ? fanIn / (fanIn - 1) : 1));
        for (let j = 0; j < fanIn; j++) patch[j] *= scale;
      }
    }
  }
  return { data: patches, count, channels: fanIn };
}

function centre(values: Float32Array): void {
  let sum = 0;
  for (const value of values) sum += value;
  for (let j = 0; j < values.length; j++) values[j] -= sum / values.length;
}

function requireSize({ data, count, channels }: ImageBatch, size: number): void {
  if (data.length === count * size * size * channels) return;
  const allowed = `${count} × ${size} × ${size} × ${channels} numbers`;
  throw new InvalidArgumentError("images", `${data.length} numbers`, allowed);
}
