import type { BlockPlan, FieldLayer, PlannedNetwork, StemLayer } from "../analytic/index.js";
import { BRANCH_ACTIVATION_DEFINITIONS } from "../network/activations.js";
import { type Architecture, type BlockShape, mapSides } from "./architecture.js";
import { initialScaleOf, type NetworkDesign } from "./design.js";

export interface PredictionPlanOptions {
  readonly architecture: Architecture;
  readonly design: NetworkDesign;
  /** Side of the images. */
  readonly imageSize: number;
  /** Whether what enters is what enters the first block. */
  readonly isBehindStem: boolean;
}

/**
 * A network at initialisation as what its blocks compute, for the closed forms (`predictPlanned`): biases are 0, the scales of
 * normalisations 1, and a branch that training drops at times counts with its survival probability, as in the probe. Max-pooling
 * behind the stem is taken as a stride.
 */
export function planPrediction(options: PredictionPlanOptions): PlannedNetwork {
  const { architecture, design, imageSize, isBehindStem } = options;
  const blocks = architecture.blocks.map((shape) => planBlock(options, shape));
  const counted = design.normPosition && design.normalizer === "batch" ? "variance" : "secondMoment";
  return isBehindStem
    ? { size: mapSides(architecture, imageSize)[0], blocks, counted }
    : { size: architecture.input === "images" ? imageSize : 1, stem: planStem(options), blocks, counted };
}

function planStem({ architecture, design }: PredictionPlanOptions): StemLayer {
  const { activation, stem } = architecture;
  const { standardizesWeights: isStandardized } = design;
  const gain = isStandardized ? 1 : BRANCH_ACTIVATION_DEFINITIONS[activation].usualGain;
  return { kernel: stem.kernel, stride: stem.stride * stem.pooling, gain, isStandardized };
}

function planBlock(options: PredictionPlanOptions, shape: BlockShape): BlockPlan {
  const { design } = options;
  const { skipScale, branchScale, survival = 1 } = design.blocks[shape.block - 1];
  const { normPosition, normalizer } = design;
  const { length: of } = shape.layers;
  const layers = shape.layers.map(({ kernel, stride }, index) => {
    const initialScale = initialScaleOf(design, { number: index + 1, of });
    return planLayer(options, { shape, index, kernel, stride, initialScale });
  });
  const { stride } = shape;
  return {
    skip2: skipScale ** 2,
    branch2: (survival * branchScale) ** 2,
    layers,
    ...(shape.transition
      ? { projection: planLayer(options, { shape, index: 0, kernel: 1, stride, initialScale: 1 }) }
      : {}),
    ending: normPosition === "last" ? normalizer : "none",
    merging: normPosition === "merge" ? normalizer : "none",
    features: shape.width / (design.normGroups ?? 1),
  };
}

interface LayerOptions extends Pick<FieldLayer, "kernel" | "stride"> {
  readonly shape: BlockShape;
  /** Of the activation that it is given, from 0. */
  readonly index: number;
  readonly initialScale: number;
}

function planLayer(options: PredictionPlanOptions, layer: LayerOptions): FieldLayer {
  const { architecture, design } = options;
  const { activation } = architecture;
  const { shape, index, kernel, stride, initialScale } = layer;
  const { inputWidth } = shape.layers[index];
  const { normPosition, normalizer, standardizesWeights: isStandardized } = design;
  const isNormalized = normPosition === "each" || (normPosition === "first" && index === 0);
  const deviation = index === 0 ? (design.blocks[shape.block - 1].deviation ?? 1) : 1;
  const { usualGain, preservingGain } = BRANCH_ACTIVATION_DEFINITIONS[activation];
  const gain = isStandardized ? preservingGain / deviation ** 2 : usualGain;
  return {
    normalizer: isNormalized ? normalizer : "none",
    features: inputWidth / (design.normGroups ?? 1),
    activation,
    gain: gain * initialScale ** 2,
    isStandardized,
    kernel,
    stride,
  };
}
