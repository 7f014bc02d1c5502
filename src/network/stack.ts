import type { StagePlace } from "./block-scale.js";

/** A convolution of a residual branch: its kernel's side, its stride, and the channels it gives. */
export interface ConvolutionShape {
  readonly kernel: number;
  readonly stride: number;
  readonly width: number;
}

/** Residual blocks of one shape, one after the other. */
export interface StageShape {
  readonly blocks: number;
  /** The weight layers of the first block's branch; those of the other blocks have a stride of 1. */
  readonly layers: readonly ConvolutionShape[];
}

/** The first convolution, and the pooling after it as a stride; 1 for none. */
export interface StemShape extends ConvolutionShape {
  readonly pooling: number;
}

/** The shape of a residual network of stages. */
export interface Stack {
  /** Such as `wrn-16-1`. */
  readonly name: string;
  /** The usual side of the images. */
  readonly imageSize: number;
  readonly stem: StemShape;
  readonly stages: readonly StageShape[];
}

/** A layer of weights in a residual branch: a convolution with a square kernel. */
export interface WeightLayerShape extends ConvolutionShape {
  readonly inputWidth: number;
}

/** A residual block, i = 1…d. */
export interface BlockShape {
  /** i, counted over all stages. */
  readonly block: number;
  /** 1, 2, … */
  readonly stage: number;
  /** j and n: which of the blocks of its stage it is. */
  readonly place: StagePlace;
  /** Channels that enter the block, and those that leave it. */
  readonly inputWidth: number;
  readonly width: number;
  /** Of the whole block, and so of the projection. */
  readonly stride: number;
  /** The shape changes, so that the skip path goes through a 1×1 projection. */
  readonly transition: boolean;
  /** The weight layers of the branch. */
  readonly layers: readonly WeightLayerShape[];
}

/** The blocks of a stack, in order. */
export function blocksOf({ stem, stages }: Pick<Stack, "stem" | "stages">): BlockShape[] {
  const blocks: BlockShape[] = [];
  let entering = stem.width;
  for (const [index, { blocks: length, layers }] of stages.entries()) {
    for (let j = 1; j <= length; j++) {
      const shape = blockOf(entering, j === 1 ? layers : layers.map((layer) => ({ ...layer, stride: 1 })));
      blocks.push({
        block: blocks.length + 1,
        stage: index + 1,
        place: { index: j, length },
        ...shape,
      });
      entering = shape.width;
    }
  }
  return blocks;
}

function blockOf(entering: number, layers: readonly ConvolutionShape[]) {
  const stride = layers.reduce((product, layer) => product * layer.stride, 1);
  const { width } = layers[layers.length - 1];
  return {
    inputWidth: entering,
    width,
    stride,
    transition: stride > 1 || entering !== width,
    layers: layers.map((layer, index) => ({
      ...layer,
      inputWidth: index === 0 ? entering : layers[index - 1].width,
    })),
  };
}
