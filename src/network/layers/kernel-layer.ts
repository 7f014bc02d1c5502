import type { LayerKind, LayerMaps } from "./layer-kind.js";

/** What one linear map has, before its weights are drawn. */
interface KernelShape extends LayerMaps {
  /** Side of the kernel, odd, with (kernel − 1)/2 zeros on every side; and its stride: it returns maps of side ⌈size/stride⌉. */
  readonly kernel: number;
  readonly stride: number;
}

export interface DenseShape extends KernelShape {
  readonly kind: "dense";
}

export interface ConvolutionLayerShape extends KernelShape {
  readonly kind: "convolution";
}

/** A linear map with a kernel: what a network begins with. */
export type KernelLayerShape = DenseShape | ConvolutionLayerShape;

/** The kinds of linear maps with a kernel: a dense layer is a 1×1 convolution of maps of one site. */
export type KernelKind = KernelLayerShape["kind"];
export const KERNEL_KINDS: readonly KernelKind[] = ["dense", "convolution"];

function outputSize({ size, stride }: KernelShape): number {
  return Math.ceil(size / stride);
}

function weights({ kernel, inputs, outputs }: KernelShape): number {
  return kernel ** 2 * inputs * outputs;
}

/** Dense layers and convolutions. */
export const KERNEL_LAYER: LayerKind<KernelLayerShape> = {
  outputSize,
  weights,
  fanIn: ({ kernel, inputs }) => kernel ** 2 * inputs,
  multiplyAdds: (layer) => weights(layer) * outputSize(layer) ** 2,
  // Its input, and what an activation makes of that.
  kept: ({ size, inputs }) => 2 * size ** 2 * inputs,
  summarized: ({ kernel, stride, outputs }) => ({ kernel, stride, width: outputs }),
};
