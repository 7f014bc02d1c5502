import type { FieldLayer, PlannedNetwork, BlockPlan as PredictedBlockPlan } from "../analytic/index.js";
import { statisticsOf } from "../network/normalizers.js";
import { blocksOf, type LayerPlan, type NetworkPlan, projectionOf, widthOf } from "../network/plan/index.js";
import { trainedScales } from "./trained-scales.js";

/**
 * A plan as `predictPlanned` takes it: a branch that training drops at times counts with its survival probability, as in the
 * probe. Max-pooling behind the stem is taken as a stride.
 *
 * @param isBehindStem whether what enters is what enters the first block.
 */
export function planPrediction(plan: NetworkPlan, isBehindStem: boolean): PlannedNetwork {
  const blocks = Array.from(blocksOf(plan), (at): PredictedBlockPlan => {
    const { skip, branch, survival, deviation } = trainedScales(plan, at);
    const { layers, ending, merge } = at.plan;
    const projection = projectionOf(at.plan);
    return {
      skip2: skip ** 2,
      branch2: (survival * branch) ** 2,
      layers: layers.map((layer) => planLayer(layer, deviation)),
      ...(projection ? { projection: planLayer(projection, deviation) } : {}),
      ending: ending.normalizer,
      merging: merge.normalizer,
      features: widthOf(at.plan) / (ending.groups ?? merge.groups ?? 1),
    };
  });
  const { counted } = plan;
  const { layer, pooling } = plan.stem;
  if (isBehindStem) return { size: plan.runs[0].block.layers[0].size, blocks, counted };
  const { kernel, stride, gain, isStandardized } = layer;
  return {
    size: layer.size,
    stem: { kernel, stride: stride * pooling, gain, isStandardized },
    blocks,
    counted,
  };
}

function planLayer(layer: LayerPlan, deviation: number): FieldLayer {
  const { activation, isStandardized, kernel, stride, initialScale, inputs, groups = 1 } = layer;
  const isPredicted = statisticsOf(layer.normalizer) === "predicted";
  const gain = isPredicted ? layer.gain / deviation ** 2 : layer.gain;
  return {
    normalizer: isPredicted ? "none" : layer.normalizer,
    features: inputs / groups,
    activation,
    gain: gain * initialScale ** 2,
    isStandardized,
    kernel,
    stride,
  };
}
