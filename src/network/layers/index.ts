import { type ConvolutionLayerShape, type DenseShape, KERNEL_LAYER } from "./kernel-layer.js";
import type { LayerKind } from "./layer-kind.js";

export {
  type ConvolutionLayerShape,
  type DenseShape,
  KERNEL_KINDS,
  type KernelKind,
  type KernelLayerShape,
} from "./kernel-layer.js";
export type { LayerMaps } from "./layer-kind.js";

/** The shape of a layer of weights, before they are drawn, by its kind. */
export type LayerShape = DenseShape | ConvolutionLayerShape;

/** The layers of one kind. */
export type ShapeOfKind<Kind extends LayerShape["kind"]> = Extract<LayerShape, { readonly kind: Kind }>;

/** Every kind of layer. The rooms that have to know more of a layer have a list like this one each. */
const LAYER_KINDS = {
  dense: KERNEL_LAYER,
  convolution: KERNEL_LAYER,
} satisfies { readonly [Kind in LayerShape["kind"]]: LayerKind<ShapeOfKind<Kind>> };

function kindOf({ kind }: LayerShape): LayerKind<LayerShape> {
  return LAYER_KINDS[kind];
}

/** Side of the maps that a layer returns. */
export function outputSize(layer: LayerShape): number {
  return kindOf(layer).outputSize(layer);
}

/** How many weights a layer has. */
export function weightsOf(layer: LayerShape): number {
  return kindOf(layer).weights(layer);
}

/** How many of them one number of its output is a sum over. */
export function fanInOf(layer: LayerShape): number {
  return kindOf(layer).fanIn(layer);
}

/** Multiply-and-adds of a layer for one input. */
export function multiplyAddsOf(layer: LayerShape): number {
  return kindOf(layer).multiplyAdds(layer);
}

/** Numbers of one input that a training step keeps of a layer for the way back. */
export function keptBy(layer: LayerShape): number {
  return kindOf(layer).kept(layer);
}

/** What the summary of a model says of a layer. */
export function summarized(layer: LayerShape): ReturnType<LayerKind<LayerShape>["summarized"]> {
  return kindOf(layer).summarized(layer);
}

/** Numbers of one input that a layer is given. */
export function numbersGiven({ size, inputs }: LayerShape): number {
  return size ** 2 * inputs;
}

/** Numbers of one input that a layer returns. */
export function numbersReturned(layer: LayerShape): number {
  return outputSize(layer) ** 2 * layer.outputs;
}

/** Whether two layers have the same shape. */
export function isSameShape(one: LayerShape, other: LayerShape): boolean {
  for (const name in one) {
    if (one[name as keyof LayerShape] !== other[name as keyof LayerShape]) return false;
  }
  return one.kind === other.kind;
}
