import type { Architecture } from "../../src/train/index.js";

/**
 * Floating-point operations of one training step for one image, counted from the architecture: two for each
 * multiply-and-add of a convolution or of the classifier, once forward and once each for the gradients of the filter
 * and of the input (the images themselves need none). Normalisation, ReLU, additions and the update are left out, and
 * an algorithm with fewer multiplications (Winograd) is credited with those of the plain one.
 */
export function operationsAnImage(architecture: Architecture, imageSize: number, classes = 10): number {
  const { stemWidth, widths, blocks } = architecture;
  const stem = convolution(3, 3, stemWidth, imageSize);
  let side = imageSize;
  let rest = 0;
  for (const { inputWidth, width, stride, transition } of blocks) {
    side = Math.ceil(side / stride);
    rest += convolution(3, inputWidth, width, side) + convolution(3, width, width, side);
    if (transition) rest += convolution(1, inputWidth, width, side);
  }
  rest += 2 * widths[2] * classes;
  return 2 * stem + 3 * rest;
}

function convolution(kernel: number, from: number, to: number, side: number): number {
  return 2 * kernel ** 2 * from * to * side ** 2;
}
