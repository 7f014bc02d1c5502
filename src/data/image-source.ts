import { InvalidArgumentError } from "../network/errors.js";
import { openStream } from "../random/stream.js";
import { IMAGE_SIZES, type ImageSize, makeBatch, makeLabels } from "./batch.js";
import type { LabelledImages } from "./labelled-images.js";

/** Which images are wanted, and how. */
export interface BatchRequest {
  /** n of them, each from 0 to count − 1. */
  readonly indices: ArrayLike<number>;
  /** Side s in pixels. */
  readonly imageSize: number;
  /** Random crops and flips, which depend on these two numbers and on an image's place in the batch; none if absent. */
  readonly augment?: { readonly seed: number; readonly step: number };
  /** The batch is no longer wanted: the promise may then reject with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The network's input and what it is to say. */
export interface ImagesAndLabels {
  /** NHWC, [n, s, s, 3], standardised. */
  readonly images: Float32Array;
  /** n classes, from 0. */
  readonly labels: Int32Array;
}

/** Images with labels, wherever they are: in memory, or in files that are decoded when they are asked for. */
export interface ImageSource {
  readonly count: number;
  readonly classNames: readonly string[];
  /** How many batches are worth asking for before they are needed (batchesInOrder); 0 where nothing is gained. */
  readonly ahead: number;
  /** Images that could not be used so far, as relative paths, sorted; absent where all are known to be good. */
  readonly badImages?: readonly string[];
  /** @throws InvalidArgumentError when images of this side cannot be had. */
  requireImageSize(imageSize: number): void;
  /** The same request gives the same numbers, whatever was asked before. */
  batch(request: BatchRequest): Promise<ImagesAndLabels>;
  /** Ends what it does in the background. Safe to call more than once. */
  close(): Promise<void>;
}

/** Images in memory or from elsewhere. */
export type Images = LabelledImages | ImageSource;

/** Images in memory as a source; a source stays as it is. */
export function asImageSource(images: Images): ImageSource {
  return "pixels" in images ? sourceOf(images) : images;
}

function sourceOf(images: LabelledImages): ImageSource {
  return {
    count: images.count,
    classNames: images.classNames,
    ahead: 0,
    requireImageSize(imageSize) {
      if (!(IMAGE_SIZES as readonly number[]).includes(imageSize)) {
        throw new InvalidArgumentError("image size", imageSize, `one of ${IMAGE_SIZES.join(", ")}`);
      }
    },
    async batch({ indices, imageSize, augment }) {
      const stream = augment && openStream({ seed: augment.seed, purpose: "augment", index: [augment.step] });
      return {
        images: makeBatch(images, indices, { imageSize: imageSize as ImageSize, augment: stream }),
        labels: makeLabels(images, indices),
      };
    },
    async close() {},
  };
}
