import type { StagePlace } from "../network/scheme.js";
import { parseWideResNetName } from "../network/wide-resnet-name.js";

/** A residual block: two 3×3 convolutions, i = 1…d. */
export interface BlockShape {
  /** i, counted over all stages. */
  readonly block: number;
  /** 1, 2 or 3. */
  readonly stage: number;
  /** j and n: which of the blocks of its stage it is. */
  readonly place: StagePlace;
  readonly inputWidth: number;
  readonly width: number;
  /** Of the first convolution and of the projection. */
  readonly stride: 1 | 2;
  /** The shape changes, so that the skip path goes through a 1×1 projection. */
  readonly transition: boolean;
}

/** A pre-activation Wide-ResNet (Zagoruyko & Komodakis 2016) for 10 or so classes, as plain data. */
export interface Architecture {
  /** Such as `wrn-16-1`. */
  readonly name: string;
  /** Weight layers n = 6N + 4. */
  readonly layers: number;
  /** Residual blocks d = 3N. */
  readonly depth: number;
  /** Channels after the first convolution. */
  readonly stemWidth: number;
  /** Channels of the three stages. */
  readonly widths: readonly [number, number, number];
  readonly blocks: readonly BlockShape[];
}

const STAGES = [1, 2, 3] as const;

/**
 * The architecture of a name `wrn-n-k`: n = 6N + 4 weight layers and a width factor k; three stages of N blocks with
 * 16k, 32k and 64k channels; a stride of 2 at the start of stages 2 and 3. d = 3N residual blocks, so n = 16, 100,
 * 1000 give d = 6, 48, 498 as in De & Smith 2020.
 *
 * k may be a fraction as long as 16k is whole: `wrn-100-0.5` has 8, 16 and 32 channels. The first convolution has 16
 * channels, as published, or 16k if that is less. A block is a transition block where the width or the size changes; for
 * k ≤ 1 the first stage needs none.
 *
 * @throws InvalidArgumentError for another form of name (naming the nearest one), an n that is not 6N + 4 (naming its
 * neighbours), or a k that gives fractional widths.
 * @example
 * ```ts
 * parseModel("wrn-100-0.5").widths; // [8, 16, 32]
 * ```
 */
export function parseModel(name: string): Architecture {
  const { name: written, layers, blocksPerStage, stemWidth, widths } = parseWideResNetName(name);
  const blocks = STAGES.flatMap((stage) =>
    Array.from({ length: blocksPerStage }, (_, index): BlockShape => {
      const width = widths[stage - 1];
      const entering = stage === 1 ? stemWidth : widths[stage - 2];
      const inputWidth = index === 0 ? entering : width;
      const stride = index === 0 && stage > 1 ? 2 : 1;
      return {
        block: (stage - 1) * blocksPerStage + index + 1,
        stage,
        place: { index: index + 1, length: blocksPerStage },
        inputWidth,
        width,
        stride,
        transition: stride > 1 || inputWidth !== width,
      };
    }),
  );
  return { name: written, layers, depth: blocks.length, stemWidth, widths, blocks };
}
