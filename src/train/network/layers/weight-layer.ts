import type { LayerOfKind, LayerPlan } from "../../../network/plan/index.js";
import { convolution } from "./convolution.js";
import type { MapLayer, WeightLayerOptions } from "./layer.js";

/** How a kind of layer is trained. */
interface TrainedKind<Layer extends LayerPlan> {
  create(options: WeightLayerOptions<Layer>): MapLayer;
  /** The shape that PyTorch has for weights of a shape of ours. */
  torchShape(shape: readonly number[]): number[];
}

/** How every kind of layer is trained. */
const LAYERS = {
  dense: { create: convolution, torchShape: ([, , inputs, outputs]) => [outputs, inputs] },
  convolution: {
    create: convolution,
    torchShape: ([height, width, inputs, outputs]) => [outputs, inputs, height, width],
  },
} satisfies { readonly [Kind in LayerPlan["kind"]]: TrainedKind<LayerOfKind<Kind>> };

function kindOf(kind: LayerPlan["kind"]): TrainedKind<LayerPlan> {
  return LAYERS[kind];
}

/** A layer of weights of a plan, as it is trained. */
export function weightLayer(options: WeightLayerOptions): MapLayer {
  return kindOf(options.layer.kind).create(options);
}

/** The shape that PyTorch has for the weights of a kind of layer. */
export function torchShape(shape: readonly number[], kind: LayerPlan["kind"]): number[] {
  return kindOf(kind).torchShape(shape);
}
