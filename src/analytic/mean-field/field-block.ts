import { statisticsOf } from "../../network/normalizers.js";
import type { BlockPlan, LayerPlan, LayerShape, Normalization } from "../../network/plan/index.js";
import { projectionOf } from "../../network/plan/index.js";
import type { FieldLayer, FieldNormalization } from "./field.js";

/** What a block of a plan makes of a field, but for its scales. */
export interface FieldBlock {
  readonly layers: readonly FieldLayer[];
  /** The weights on the skip path. */
  readonly projection?: FieldLayer;
  /** Whether there is a skip path. */
  readonly hasSkip: boolean;
  /** What normalises the branch after its last weights, and the sum of both paths. */
  readonly ending: FieldNormalization;
  readonly merge: FieldNormalization;
}

export interface FieldBlockOptions {
  /** Whether groups of features are so wide that their size does not matter, whatever the plan's. */
  readonly hasWideGroups: boolean;
}

/** A plan's block as a field takes it: once for all blocks of a run. */
export function fieldBlockOf(plan: BlockPlan, options: FieldBlockOptions): FieldBlock {
  const { layers, ending, merge, skip } = plan;
  const projection = projectionOf(plan);
  const width = layers[layers.length - 1].outputs;
  return {
    layers: layers.map((layer) => fieldLayerOf(layer, options)),
    ...(projection ? { projection: fieldLayerOf(projection, options) } : {}),
    hasSkip: skip.kind !== "none",
    ending: fieldNormalizationOf(ending, width, options),
    merge: fieldNormalizationOf(merge, width, options),
  };
}

function fieldLayerOf(layer: LayerPlan, options: FieldBlockOptions): FieldLayer {
  const { activation, gain, initialScale, isStandardized } = layer;
  return {
    ...fieldNormalizationOf(layer, layer.inputs, options),
    activation,
    gain: gain * initialScale ** 2,
    isStandardized,
    shape: layer,
  };
}

function fieldNormalizationOf(
  { normalizer, groups = 1 }: Normalization,
  width: LayerShape["inputs"],
  { hasWideGroups }: FieldBlockOptions,
): FieldNormalization {
  return hasWideGroups ? { normalizer } : { normalizer, features: width / groups };
}

/** The same block where what enters it is divided by a constant instead of by its own predicted standard deviation. */
export function dividingBy(deviation: number, block: FieldBlock): FieldBlock {
  const { layers, projection } = block;
  const divided = (layer: FieldLayer): FieldLayer =>
    statisticsOf(layer.normalizer) === "predicted"
      ? { ...layer, normalizer: "none", gain: layer.gain / deviation ** 2 }
      : layer;
  return {
    ...block,
    layers: layers.map(divided),
    ...(projection ? { projection: divided(projection) } : {}),
  };
}
