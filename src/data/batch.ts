import { InvalidArgumentError } from "../network/errors.js";
import { CIFAR_SIDE } from "../network/limits.js";
import type { RandomStream } from "../random/stream.js";
import { CIFAR10_CHANNEL_DEVIATIONS, CIFAR10_CHANNEL_MEANS, IMAGE_BYTES } from "./cifar10-layout.js";
import type { LabelledImages, Standardisation } from "./labelled-images.js";

/** Side of a CIFAR-10 image in pixels. */
const PLANE = CIFAR_SIDE * CIFAR_SIDE;

export const IMAGE_SIZES = [CIFAR_SIDE, 16, 8] as const;
export type ImageSize = (typeof IMAGE_SIZES)[number];

export interface BatchOptions {
  /** Side s of the images: 32, or averaged down over 2×2 (16) or 4×4 pixels (8). */
  readonly imageSize?: ImageSize;
  /**
   * Subtract each channel's mean over the training images and divide by its standard deviation (the default);
   * otherwise the values are in [0, 1].
   */
  readonly standardise?: boolean;
  /** Augment, at the size of the output: pad s/8 on each side with 0, crop s×s anywhere in it, flip with probability 1/2. */
  readonly augment?: RandomStream;
  /** An array of n·s·s·3 to fill instead of a new one. */
  readonly into?: Float32Array;
}

/**
 * Makes the network's input from some of the images.
 *
 * @param indices which images, n of them, each from 0 to count − 1.
 * @returns NHWC, [n, s, s, 3].
 * @throws InvalidArgumentError for an image size, an index or an `into` that does not fit.
 *
 * @example
 * ```ts
 * const white = { pixels: new Uint8Array(3072).fill(255), labels: Uint8Array.of(0), count: 1, classNames: ["white"] };
 * makeBatch(white, [0], { imageSize: 8, standardise: false }).subarray(0, 3); // [1, 1, 1]
 * ```
 */
export function makeBatch(
  images: LabelledImages,
  indices: ArrayLike<number>,
  options: BatchOptions = {},
): Float32Array {
  const { imageSize = CIFAR_SIDE, standardise = true, augment } = options;
  if (!IMAGE_SIZES.includes(imageSize)) {
    throw new InvalidArgumentError("imageSize", imageSize, `one of ${IMAGE_SIZES.join(", ")}`);
  }
  const perImage = imageSize * imageSize * 3;
  const length = indices.length * perImage;
  const output = options.into ?? new Float32Array(length);
  if (output.length !== length) {
    throw new InvalidArgumentError("into", `${output.length} numbers`, `an array of ${length} numbers`);
  }
  requireIndices(images, indices);

  const rescale = makeRescale(
    CIFAR_SIDE / imageSize,
    standardise ? (images.standardisation ?? CIFAR10) : undefined,
  );
  const image = new Float32Array(perImage);
  for (let n = 0; n < indices.length; n++) {
    const planes = images.pixels.subarray(indices[n]! * IMAGE_BYTES, (indices[n]! + 1) * IMAGE_BYTES);
    const target = output.subarray(n * perImage, (n + 1) * perImage);
    if (augment) {
      interleave({ planes, imageSize, rescale, target: image });
      cropAndFlip({ image, imageSize, stream: augment, target });
    } else {
      interleave({ planes, imageSize, rescale, target });
    }
  }
  return output;
}

/** The labels of some of the images, as the integers a one-hot encoding takes. */
export function makeLabels(images: LabelledImages, indices: ArrayLike<number>): Int32Array {
  requireIndices(images, indices);
  return Int32Array.from(indices, (index) => images.labels[index]!);
}

/** value = sum of the pixel's bytes · scale[channel] + shift[channel]. */
export interface Rescale {
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

const CIFAR10: Standardisation = { means: CIFAR10_CHANNEL_MEANS, deviations: CIFAR10_CHANNEL_DEVIATIONS };

/** For pixels that are sums over factor×factor bytes; to [0, 1] without a standardisation. */
export function makeRescale(factor: number, standardisation: Standardisation | undefined): Rescale {
  const unit = 1 / (255 * factor * factor);
  if (!standardisation) return { scale: [unit, unit, unit], shift: [0, 0, 0] };
  const { means, deviations } = standardisation;
  return {
    scale: deviations.map((deviation) => unit / deviation),
    shift: means.map((mean, c) => -mean / deviations[c]!),
  };
}

interface InterleaveOptions {
  readonly planes: Uint8Array;
  readonly imageSize: number;
  readonly rescale: Rescale;
  readonly target: Float32Array;
}

/** Planes of bytes to [s, s, 3], averaged down and rescaled. */
function interleave({ planes, imageSize, rescale, target }: InterleaveOptions): void {
  const factor = CIFAR_SIDE / imageSize;
  for (let channel = 0; channel < 3; channel++) {
    const scale = rescale.scale[channel]!;
    const shift = rescale.shift[channel]!;
    let to = channel;
    for (let y = 0; y < imageSize; y++) {
      for (let x = 0; x < imageSize; x++, to += 3) {
        const corner = channel * PLANE + y * factor * CIFAR_SIDE + x * factor;
        let sum = 0;
        for (let row = corner; row < corner + factor * CIFAR_SIDE; row += CIFAR_SIDE) {
          for (let pixel = row; pixel < row + factor; pixel++) sum += planes[pixel]!;
        }
        target[to] = sum * scale + shift;
      }
    }
  }
}

interface CropOptions {
  readonly image: Float32Array;
  readonly imageSize: number;
  readonly stream: RandomStream;
  readonly target: Float32Array;
}

function cropAndFlip({ image, imageSize, stream, target }: CropOptions): void {
  const padding = imageSize / 8;
  const offset = () => Math.floor(stream.nextUniform() * (2 * padding + 1)) - padding;
  const down = offset();
  const right = offset();
  const flip = stream.nextUniform() < 0.5;

  // What lies outside the image is 0: the mean colour when standardised.
  target.fill(0);
  for (let y = Math.max(0, -down); y < Math.min(imageSize, imageSize - down); y++) {
    for (let x = Math.max(0, -right); x < Math.min(imageSize, imageSize - right); x++) {
      const from = ((y + down) * imageSize + x + right) * 3;
      const to = (y * imageSize + (flip ? imageSize - 1 - x : x)) * 3;
      target[to] = image[from]!;
      target[to + 1] = image[from + 1]!;
      target[to + 2] = image[from + 2]!;
    }
  }
}

/** @throws InvalidArgumentError for an index that is none. */
export function requireIndices(images: { readonly count: number }, indices: ArrayLike<number>): void {
  for (let n = 0; n < indices.length; n++) {
    const index = indices[n]!;
    if (!Number.isInteger(index) || index < 0 || index >= images.count) {
      throw new InvalidArgumentError(`indices[${n}]`, index, `a whole number from 0 to ${images.count - 1}`);
    }
  }
}
