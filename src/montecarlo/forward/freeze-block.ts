import { isMeasuring, statisticsOf } from "../../network/normalizers.js";
import {
  type BlockScales,
  type LayerPlan,
  type PlannedBlock,
  projectionOf,
  valueAt,
} from "../../network/plan/index.js";
import type { tf } from "../../tensor/backend.js";
import type { LengthWindow } from "../../tensor/components/index.js";
import { valuesOf } from "../../tensor/transfer.js";
import type { FrozenWeights } from "../layers/drawn-layer.js";
import { applyFrozen, type FrozenMap, freezeMap } from "../layers/frozen-map.js";
import { isHomogeneous } from "../layers/gates.js";
import { freezeNormalizer } from "../layers/normalization.js";
import type { BatchStatistics } from "../layers/statistics.js";
import { drawWeightLayer } from "../layers/weight-layer.js";
import type { TrialJob } from "../network/trial-plan.js";
import type { Activations } from "./activations.js";

/** One block of one trial. */
export interface TrialBlock {
  readonly job: TrialJob;
  readonly at: PlannedBlock;
  /** The branch's is 0 where it is left out. */
  readonly scales: BlockScales;
  /** Of `activations.total`. */
  readonly input: BatchStatistics;
  /** The path lengths to keep apart after the block; where paths are resolved. */
  readonly window?: LengthWindow;
  /** Whether the statistics are wanted. */
  readonly isRecorded: boolean;
}

/** Weights, and the normaliser and activation before them. */
export interface FrozenLayer {
  readonly map: FrozenMap;
  readonly weights: FrozenWeights;
}

/** A block whose normalisers and activations are frozen at the batch, with what it makes of the batch. */
export interface FrozenBlock {
  readonly layers: readonly FrozenLayer[];
  readonly projection?: FrozenLayer;
  /** The branch with its scale, and the projected skip path with its own. */
  readonly branch: tf.Tensor2D;
  readonly projected?: tf.Tensor2D;
}

export function freezeBlock(activations: Activations, pass: TrialBlock): FrozenBlock {
  const { job, at, scales } = pass;
  const { block, plan } = at;
  const last = plan.layers.length - 1;
  let x = activations.total;
  const layers = plan.layers.map((layer, place) => {
    const drawn = drawWeightLayer({ layer, trial: job, block, place });
    const map = freeze(x, activations, pass, { layer, scale: place === last ? scales.branch : 1 });
    const given = applyFrozen(map, x);
    const weights = drawn.freeze(given);
    x = weights.apply(given);
    return { map, weights };
  });
  const layer = projectionOf(plan);
  if (!layer) return { layers, branch: x };
  const drawn = drawWeightLayer({ layer, trial: job, block, place: "projection" });
  const map = freeze(activations.total, activations, pass, { layer, scale: scales.skip });
  const given = applyFrozen(map, activations.total);
  const weights = drawn.freeze(given);
  return { layers, branch: x, projection: { map, weights }, projected: weights.apply(given) };
}

function freeze(
  x: tf.Tensor2D,
  { exponent, total }: Activations,
  { job: { network }, at, input }: TrialBlock,
  { layer, scale }: { readonly layer: LayerPlan; readonly scale: number },
): FrozenMap {
  const { normalizer, activation } = layer;
  const removesScale = isMeasuring(normalizer);
  const { deviation = 1 } = network.plan.scales;
  const [rows, features] = x.shape;
  const frozen = freezeNormalizer(valuesOf(x), {
    rows,
    features,
    batch: network.batch,
    normalization: layer,
    factor: statisticsOf(normalizer) === "predicted" ? 1 / valueAt(deviation, at) : 1,
    moments: x === total ? input : undefined,
  });
  return freezeMap(x, {
    normalizer: frozen,
    activation,
    // The argument matters to an activation that is not homogeneous. It then is bounded or grows slowly, and so does h.
    argumentScale: removesScale || isHomogeneous(activation) ? 1 : 2 ** exponent,
    // What a normaliser gives has its own scale: divide it as h is divided.
    scale: removesScale ? scale * 2 ** -exponent : scale,
  });
}

/** Whether the merged sum is normalised. */
export function normalizesMerge({ at }: TrialBlock): boolean {
  return at.plan.merge.normalizer !== "none";
}

/** The normaliser behind the merge, frozen at the merged sum. */
export function freezeMerged(merged: tf.Tensor2D, { job, at }: TrialBlock): FrozenMap {
  const normalization = at.plan.merge;
  const [rows, features] = merged.shape;
  const { batch } = job.network;
  const frozen = freezeNormalizer(valuesOf(merged), { rows, features, batch, normalization });
  return freezeMap(merged, {
    normalizer: frozen,
    activation: normalization.activation,
    argumentScale: 1,
    scale: 1,
  });
}
