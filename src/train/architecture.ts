import type { Activation, StagePlace } from "../network/scheme.js";
import { parseWideResNetName } from "../network/wide-resnet-name.js";

/** A layer of weights in a residual branch: a convolution with a square kernel. */
export interface WeightLayerShape {
  readonly kernel: number;
  readonly stride: number;
  readonly inputWidth: number;
  readonly width: number;
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

/** The first convolution, and the pooling after it as a stride; 1 for none. */
export interface StemShape {
  readonly kernel: number;
  readonly stride: number;
  readonly pooling: number;
  readonly width: number;
}

/** A residual network that can be trained, as plain data. */
export interface Architecture {
  /** Such as `wrn-16-1`. */
  readonly name: string;
  /**
   * What enters: `images`, as maps of three channels; `features`, images flattened to vectors, which go through the network as maps of
   * 1×1 with a channel for each number.
   */
  readonly input: "images" | "features";
  /** The usual side of the images. */
  readonly imageSize: number;
  /** What stands before each weight layer of a branch, behind the normalisation. */
  readonly activation: Activation;
  /** Residual blocks d. */
  readonly depth: number;
  readonly stem: StemShape;
  readonly blocks: readonly BlockShape[];
}

/** Channels that enter the stem. */
export function inputWidth({ input }: Pick<Architecture, "input">, imageSize: number): number {
  return input === "images" ? 3 : 3 * imageSize * imageSize;
}

/** Channels after the last block. */
export function finalWidth({ blocks }: Pick<Architecture, "blocks">): number {
  return blocks[blocks.length - 1].width;
}

/** Sides of the maps of images of `imageSize`: what enters each block, i = 1…d, and what leaves the last. */
export function mapSides({ input, stem, blocks }: Architecture, imageSize: number): number[] {
  const after = (side: number, stride: number) => Math.ceil(side / stride);
  const sides = [after(after(input === "images" ? imageSize : 1, stem.stride), stem.pooling)];
  for (const { stride } of blocks) sides.push(after(sides[sides.length - 1], stride));
  return sides;
}

/**
 * The architecture of a name `wrn-n-k`, a pre-activation Wide-ResNet (Zagoruyko & Komodakis 2016): n = 6N + 4 weight layers
 * and a width factor k; three stages of N blocks of two 3×3 convolutions with 16k, 32k and 64k channels; a stride of 2 at the
 * start of stages 2 and 3. d = 3N residual blocks, so n = 16, 100, 1000 give d = 6, 48, 498 as in De & Smith 2020.
 *
 * k may be a fraction as long as 16k is whole: `wrn-100-0.5` has 8, 16 and 32 channels. The first convolution has 16
 * channels, as published, or 16k if that is less. A block is a transition block where the width or the size changes; for
 * k ≤ 1 the first stage needs none.
 *
 * @throws InvalidArgumentError for another form of name (naming the nearest one), an n that is not 6N + 4 (naming its
 * neighbours), or a k that gives fractional widths.
 * @example
 * ```ts
 * parseModel("wrn-100-0.5").blocks[47].width; // 32
 * ```
 */
export function parseModel(name: string): Architecture {
  const { name: written, blocksPerStage, stemWidth, widths } = parseWideResNetName(name);
  const blocks: BlockShape[] = [];
  let entering = stemWidth;
  for (const [index, width] of widths.entries()) {
    for (let j = 1; j <= blocksPerStage; j++) {
      const stride = j === 1 && index > 0 ? 2 : 1;
      blocks.push({
        block: blocks.length + 1,
        stage: index + 1,
        place: { index: j, length: blocksPerStage },
        inputWidth: entering,
        width,
        stride,
        transition: stride > 1 || entering !== width,
        layers: [
          { kernel: 3, stride, inputWidth: entering, width },
          { kernel: 3, stride: 1, inputWidth: width, width },
        ],
      });
      entering = width;
    }
  }
  return {
    name: written,
    input: "images",
    imageSize: 32,
    activation: "relu",
    depth: blocks.length,
    stem: { kernel: 3, stride: 1, pooling: 1, width: stemWidth },
    blocks,
  };
}
