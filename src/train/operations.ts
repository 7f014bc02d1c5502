import {
  type Architecture,
  type BlockShape,
  finalWidth,
  inputWidth,
  mapSides,
  stemSide,
} from "./architecture.js";

/** Floating-point operations for one image: two for each multiply-and-add. */
export interface Operations {
  /** Of a forward pass. */
  readonly forward: number;
  /** Of a training step: forward, and the gradients of the filters and of the inputs (the images themselves need none). */
  readonly step: number;
  /** Of a forward pass through each part. */
  readonly stem: number;
  readonly blocks: readonly number[];
  readonly head: number;
}

/**
 * The operations of convolutions and classifier for one image, counted from the architecture. Normalisation, ReLU, pooling,
 * additions and the update are left out, and an algorithm with fewer multiplications (Winograd) is credited with those of the
 * plain one.
 */
export function operationsAnImage(
  architecture: Architecture,
  imageSize: number,
  classes: number,
): Operations {
  const { kernel, width } = architecture.stem;
  const sides = mapSides(architecture, imageSize);
  const side = stemSide(architecture, imageSize);
  const stem = convolution({ kernel, inputWidth: inputWidth(architecture, imageSize), width, side });
  const blocks = architecture.blocks.map((block, index) => ofBlock(block, sides[index]));
  const head = 2 * finalWidth(architecture) * classes;
  const rest = blocks.reduce((total, count) => total + count, head);
  return { forward: stem + rest, step: 2 * stem + 3 * rest, stem, blocks, head };
}

/** Of a block whose input has the side `entering`. */
function ofBlock({ layers, transition, inputWidth, width }: BlockShape, entering: number): number {
  let [side, operations] = [entering, 0];
  for (const layer of layers) {
    side = Math.ceil(side / layer.stride);
    operations += convolution({ ...layer, side });
  }
  return operations + (transition ? convolution({ kernel: 1, inputWidth, width, side }) : 0);
}

interface ConvolutionSize {
  readonly kernel: number;
  readonly inputWidth: number;
  readonly width: number;
  /** Of the map that it gives. */
  readonly side: number;
}

function convolution({ kernel, inputWidth, width, side }: ConvolutionSize): number {
  return 2 * kernel ** 2 * inputWidth * width * side ** 2;
}
