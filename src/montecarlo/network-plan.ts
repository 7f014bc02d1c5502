import type { StagePlace } from "../network/block-scale.js";
import type { SampledNetwork } from "../network/sampled-network.js";
import { geometryOf } from "./network-geometry.js";

/** The shape of one linear map, before its weights are drawn. A dense layer is a 1×1 convolution of maps of one site. */
export interface LayerShape {
  /** Features of its input and of its output. */
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the kernel, odd, with (kernel − 1)/2 zeros on every side; and its stride. */
  readonly kernel: number;
  readonly stride: number;
  /** Side of the maps it is given; it returns maps of side ⌈size/stride⌉. */
  readonly size: number;
}

/** What a residual block i = 1…d is made of. */
export interface BlockPlan {
  readonly block: number;
  /** Where it stands in its stage; absent in a uniform stack. */
  readonly place?: StagePlace;
  /** The weight layers of the branch, in order. */
  readonly layers: readonly LayerShape[];
  /** A transition block's weight layer on the skip path, behind the first normaliser and activation. */
  readonly projection?: LayerShape;
}

export interface NetworkPlan {
  /** What the inputs go through before the first block; LeCun weights. */
  readonly stem: LayerShape;
  readonly blocks: readonly BlockPlan[];
}

/** The linear maps of a network, block by block ({@link geometryOf}). */
export function planNetwork(network: Omit<SampledNetwork, "plan">): NetworkPlan {
  const { stem, runs } = geometryOf(network);
  const { layer, pooling } = stem;
  return {
    stem: { ...layer, stride: layer.stride * pooling },
    blocks: runs.flatMap(({ first, length, stage, layers, projection }) =>
      Array.from({ length }, (_, index) => ({
        block: first + index,
        ...(stage ? { place: { index: first + index - stage.first + 1, length: stage.length } } : {}),
        layers,
        ...(projection ? { projection } : {}),
      })),
    ),
  };
}

/** The weight layers of all blocks, projections included; of the equal ones of a uniform stack one. */
export function distinctLayers({ blocks }: NetworkPlan): LayerShape[] {
  const layers = blocks.flatMap(({ layers, projection }) => (projection ? [...layers, projection] : layers));
  return [...new Set(layers)];
}

/** Side of the maps that a layer returns. */
export function outputSize({ size, stride }: LayerShape): number {
  return Math.ceil(size / stride);
}
