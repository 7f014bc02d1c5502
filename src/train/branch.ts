import { type Activation, BRANCH_ACTIVATION_DEFINITIONS } from "../network/activations.js";
import type { BlockShape, WeightLayerShape } from "./architecture.js";
import { type BlockDesign, initialScaleOf, type NetworkDesign } from "./design.js";
import {
  activation,
  biasedActivation,
  channelFactors,
  convolution,
  type MapLayer,
  normalization,
} from "./layers/index.js";

export interface BlockOptions {
  readonly shape: BlockShape;
  readonly design: NetworkDesign;
  readonly activation: Activation;
  readonly seed: number;
}

/** A weight layer of a branch with what stands before it. */
export interface BranchLayer {
  readonly activate: MapLayer;
  readonly weights: MapLayer;
}

/** Such as `block3`. */
export function nameOf({ block }: BlockShape): string {
  return `block${block}`;
}

export function blockDesignOf({ shape, design }: BlockOptions): BlockDesign {
  return design.blocks[shape.block - 1];
}

/** The weight layers of a branch, each behind its activation. */
export function branchLayers(options: BlockOptions): [BranchLayer, ...BranchLayer[]] {
  const { shape, design } = options;
  const { length } = shape.layers;
  const layers = shape.layers.map((layer, index): BranchLayer => {
    const number = index + 1;
    const initialScale = initialScaleOf(design, { number, of: length });
    return {
      activate: activationBefore(options, layer, number),
      weights: weights(options, { ...layer, name: `conv${number}`, initialScale, isFirst: index === 0 }),
    };
  });
  return layers as [BranchLayer, ...BranchLayer[]];
}

/** The skip path of a transition block: 1×1, of the first activation. */
export function projectionOf(options: BlockOptions): MapLayer {
  const { inputWidth, width, stride } = options.shape;
  return weights(options, { name: "projection", kernel: 1, inputWidth, width, stride, isFirst: true });
}

/** What stands behind the last weight layer: a normalisation, or factors of the channels. */
export function endOfBranch(options: BlockOptions): MapLayer[] {
  const { shape, design } = options;
  const { width: channels } = shape;
  return [
    ...(design.normPosition === "last" ? [normalized(options, "branchNorm")] : []),
    ...(design.scalesChannels
      ? [
          channelFactors({
            name: `${nameOf(shape)}.alpha`,
            channels,
            value: blockDesignOf(options).branchScale,
          }),
        ]
      : []),
  ];
}

/** A normalisation of what leaves a block or its branch, without a ReLU. */
export function normalized({ shape, design }: BlockOptions, name: string): MapLayer {
  return normalization({
    name: `${nameOf(shape)}.${name}`,
    channels: shape.width,
    normalizer: design.normalizer,
    groups: design.normGroups,
    rectifies: false,
  });
}

function activationBefore(options: BlockOptions, { inputWidth }: WeightLayerShape, number: number): MapLayer {
  const { shape, design, activation: kind } = options;
  const name = nameOf(shape);
  if (design.normPosition === "each" || (design.normPosition === "first" && number === 1)) {
    return normalization({
      name: `${name}.activation${number}`,
      channels: inputWidth,
      normalizer: design.normalizer,
      groups: design.normGroups,
      rectifies: kind === "relu",
    });
  }
  return design.fixup.includes(4) ? biasedActivation(`${name}.bias${number}`, kind) : activation(kind);
}

interface WeightsOptions extends WeightLayerShape {
  /** Within the block. */
  readonly name: string;
  readonly initialScale?: number;
  /** Whether it is given the block's first activation. */
  readonly isFirst: boolean;
}

function weights(options: BlockOptions, { isFirst, name, ...layer }: WeightsOptions): MapLayer {
  const { shape, design, activation: kind, seed } = options;
  // ReLU(x/β) = ReLU(x)/β: the weights divide by the expected deviation, as constants do, at no cost.
  const deviation = isFirst ? (blockDesignOf(options).deviation ?? 1) : 1;
  return convolution({
    ...layer,
    name: `${nameOf(shape)}.${name}`,
    gain: BRANCH_ACTIVATION_DEFINITIONS[kind].usualGain,
    bias: design.convBiases,
    standardized: design.standardizesWeights
      ? Math.sqrt(BRANCH_ACTIVATION_DEFINITIONS[kind].preservingGain) / deviation
      : undefined,
    seed,
  });
}
