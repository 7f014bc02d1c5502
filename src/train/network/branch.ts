import { statisticsOf } from "../../network/normalizers.js";
import { blockOutputs, type LayerPlan, type PlannedBlock, projectionOf } from "../../network/plan/index.js";
import { channelFactors, type MapLayer, normalization, prepare, weightLayer } from "./layers/index.js";
import type { TrainedParts } from "./trained-parts.js";
import type { TrainedScales } from "./trained-scales.js";

export interface BlockOptions {
  readonly at: PlannedBlock;
  readonly scales: TrainedScales;
  readonly parts: TrainedParts;
  /** Of weights that are standardised, as in `weightLayer`. */
  readonly drawnGain: number;
  readonly seed: number;
}

/** A weight layer of a branch with what stands before it. */
export interface BranchLayer {
  readonly activate: MapLayer;
  readonly weights: MapLayer;
}

/** Such as `block3`. */
export function nameOf({ block }: PlannedBlock): string {
  return `block${block}`;
}

/** The weight layers of a branch, each behind its activation. */
export function branchLayers(options: BlockOptions): [BranchLayer, ...BranchLayer[]] {
  const { at, parts } = options;
  const name = nameOf(at);
  const layers = at.plan.layers.map((layer, index): BranchLayer => {
    const number = index + 1;
    return {
      activate: prepare({
        preparation: layer,
        channels: layer.inputs,
        name: `${name}.activation${number}`,
        biases: parts.activationBiases ? `${name}.bias${number}` : undefined,
      }),
      weights: weights(options, layer, `conv${number}`),
    };
  });
  return layers as [BranchLayer, ...BranchLayer[]];
}

/** The weights on the skip path, of the first activation, where the shape changes. */
export function projectionLayer(options: BlockOptions): MapLayer | undefined {
  const layer = projectionOf(options.at.plan);
  return layer && weights(options, layer, "projection");
}

/** What stands behind the last weight layer: a normalisation, or factors of the channels. */
export function endOfBranch({ at, scales, parts }: BlockOptions): MapLayer[] {
  const [name, channels] = [nameOf(at), blockOutputs(at.plan)];
  const normalized = normalization({
    name: `${name}.branchNorm`,
    channels,
    normalization: at.plan.ending,
    rectifies: false,
  });
  return [
    ...(normalized ? [normalized] : []),
    ...(parts.learnedScale === "channels"
      ? [channelFactors({ name: `${name}.alpha`, channels, value: scales.branch })]
      : []),
  ];
}

/** @param name within the block. */
function weights({ at, scales, parts, ...common }: BlockOptions, layer: LayerPlan, name: string): MapLayer {
  return weightLayer({
    ...common,
    name: `${nameOf(at)}.${name}`,
    layer,
    bias: parts.convBiases,
    deviation: statisticsOf(layer.normalizer) === "predicted" ? scales.deviation : 1,
  });
}
