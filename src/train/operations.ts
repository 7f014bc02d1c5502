import { type Architecture, finalWidth, inputWidth, mapSides } from "./architecture.js";

/** Floating-point operations for one image: two for each multiply-and-add. */
export interface Operations {
  /** Of a forward pass. */
  readonly forward: number;
  /** Of a training step: forward, and the gradients of the filters and of the inputs (the images themselves need none). */
  readonly step: number;
}

/**
 * The operations of convolutions and classifier for one image, counted from the architecture. Normalisation, ReLU, additions
 * and the update are left out, and an algorithm with fewer multiplications (Winograd) is credited with those of the plain
 * one.
 */
export function operationsAnImage(
  architecture: Architecture,
  imageSize: number,
  classes: number,
): Operations {
  const { stem, blocks } = architecture;
  const sides = mapSides(architecture, imageSize);
  const first = convolution(
    stem.kernel,
    inputWidth(architecture, imageSize),
    stem.width,
    sides[0] * stem.pooling,
  );
  let rest = 2 * finalWidth(architecture) * classes;
  for (const [index, block] of blocks.entries()) {
    let side = sides[index];
    for (const layer of block.layers) {
      side = Math.ceil(side / layer.stride);
      rest += convolution(layer.kernel, layer.inputWidth, layer.width, side);
    }
    if (block.transition) rest += convolution(1, block.inputWidth, block.width, side);
  }
  return { forward: first + rest, step: 2 * first + 3 * rest };
}

function convolution(kernel: number, from: number, to: number, side: number): number {
  return 2 * kernel ** 2 * from * to * side ** 2;
}
