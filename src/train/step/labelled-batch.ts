import type { Draw } from "../network/layers/index.js";
import type { GhostBatch } from "./ghost-batches.js";

export interface LabelledBatch {
  /** NHWC, [B, s, s, 3]. */
  readonly images: Float32Array;
  readonly shape: readonly [number, number, number, number];
  /** B classes. */
  readonly labels: ArrayLike<number>;
  /** What random layers are keyed by: the step, and which of its ghost batches this is. The first of the first step if absent. */
  readonly draw?: Draw;
}

/** The images and labels of a ghost batch. */
export function partOf(
  { images, shape, labels, draw }: LabelledBatch,
  { start, size }: GhostBatch,
): LabelledBatch {
  const [, height, width, channels] = shape;
  const perImage = height * width * channels;
  return {
    images: images.slice(start * perImage, (start + size) * perImage),
    shape: [size, height, width, channels],
    labels: Array.from({ length: size }, (_, index) => labels[start + index]),
    draw: { step: draw?.step ?? 0, ghost: start },
  };
}
