import type { Activation } from "../../src/network/index.js";
import { type Architecture, parseModel } from "../../src/train/index.js";

/** wrn-16-1 with all widths, the first convolution's included, times a factor. */
export function wideResNet(factor: number): Architecture {
  const stages = [16, 32, 64].map((width, index) => ({
    blocks: 2,
    width: width * factor,
    stride: index === 0 ? 1 : 2,
  }));
  return parseModel({ name: "wide-resnet", stem: { width: 16 * factor }, stages });
}

/** Two stages of bottlenecks, of the shape of ResNet-50's. */
export function bottlenecks(factor: number): Architecture {
  const stage = (width: number, blocks: number, stride: number) => ({
    blocks,
    width: 2 * width,
    stride,
    layers: [{ kernel: 1, width }, { width }, { kernel: 1 }],
  });
  const width = 16 * factor;
  const stages = [stage(width, 2, 1), stage(2 * width, 1, 2)];
  return parseModel({ name: "bottlenecks", stem: { width }, stages });
}

/** Three blocks of two dense layers. */
export function fullyConnected(activation: Activation): (factor: number) => Architecture {
  return (factor) => parseModel(`fc-3-${32 * factor}-2`, { activation });
}
