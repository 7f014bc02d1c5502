import type { Stack } from "./stack.js";
import { parseWideResNetName } from "./wide-resnet-name.js";

/**
 * The stack of a name `wrn-n-k`, a pre-activation Wide-ResNet (Zagoruyko & Komodakis 2016): n = 6N + 4 weight layers and a
 * width factor k; three stages of N blocks of two 3×3 convolutions with 16k, 32k and 64k channels; a stride of 2 at the
 * start of stages 2 and 3. d = 3N residual blocks, so n = 16, 100, 1000 give d = 6, 48, 498 as in De & Smith 2020.
 *
 * @param argument what the name was given as, for the message; "model" if absent.
 * @throws InvalidArgumentError as {@link parseWideResNetName} does.
 */
export function wideResNetStack(name: string, argument?: string): Stack {
  const { name: written, blocksPerStage, stemWidth, widths } = parseWideResNetName(name, argument);
  return {
    name: written,
    imageSize: 32,
    stem: { kernel: 3, stride: 1, pooling: 1, width: stemWidth },
    stages: widths.map((width, index) => ({
      blocks: blocksPerStage,
      layers: [
        { kernel: 3, stride: index === 0 ? 1 : 2, width },
        { kernel: 3, stride: 1, width },
      ],
    })),
  };
}

/**
 * ResNet-50-V2 (He et al. 2016, "Identity mappings in deep residual networks"): a 7×7 convolution of stride 2, a 3×3
 * max-pooling of stride 2, and bottlenecks of 1×1, 3×3 and 1×1 convolutions, the last with four times the channels, in
 * stages of 3, 4, 6 and 3 blocks; the stride in the 3×3 of the first block of stages 2 to 4.
 */
export const RESNET_50: Stack = {
  name: "resnet-50-v2",
  imageSize: 224,
  stem: { kernel: 7, stride: 2, pooling: 2, width: 64 },
  stages: [3, 4, 6, 3].map((blocks, index) => {
    const width = 64 * 2 ** index;
    return {
      blocks,
      layers: [
        { kernel: 1, stride: 1, width },
        { kernel: 3, stride: index === 0 ? 1 : 2, width },
        { kernel: 1, stride: 1, width: 4 * width },
      ],
    };
  }),
};
