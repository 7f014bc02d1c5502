import type { NormalizerName } from "../network/normalizers.js";
import type { SampledNetwork } from "../network/sampled-network.js";
import type { Sampler } from "../network/settings/sample-run.js";
import { tf } from "../tensor/backend.js";
import { type PackedBlock, packBlock } from "../tensor/sampling/component-pass.js";
import { weightedSum } from "../tensor/sampling/weighted-sum.js";
import { valuesOf } from "../tensor/transfer.js";
import type { Activations } from "./activations.js";
import type { BlockScales } from "./block-scales.js";
import { advance, advancePacked, type ComponentStack, mapComponents } from "./component-stack.js";
import { applyFrozen, type FrozenMap, freezeMap, kernelCentring } from "./frozen-map.js";
import { isHomogeneous } from "./gates.js";
import type { BlockPlan } from "./network-plan.js";
import { freezeNormalizer } from "./normalization.js";
import { type BatchStatistics, statisticsOf } from "./statistics.js";
import { drawWeightLayer, type WeightLayer } from "./weight-layer.js";
import type { LengthWindow } from "./window.js";

export interface BlockPassOptions {
  readonly network: SampledNetwork;
  readonly plan: BlockPlan;
  readonly seed: number;
  readonly trial: number;
  readonly sampler: Sampler;
  readonly scales: BlockScales;
  /** Of `activations.total`. */
  readonly input: BatchStatistics;
  /** The path lengths to keep apart after the block; where paths are resolved. */
  readonly window?: LengthWindow;
  /** Whether the statistics are wanted. */
  readonly isRecorded: boolean;
  readonly expectedDeviation: (block: number, layer: number) => number;
}

/** Statistics of the two paths of a block after their scales, divided by 4^exponent as the activations were. */
export interface PathStatistics {
  readonly skip: Omit<BatchStatistics, "means" | "variances">;
  readonly branch: Omit<BatchStatistics, "means" | "variances">;
}

/** Sends the activations through one block, whose weights are drawn and forgotten. */
export function runBlock(activations: Activations, options: BlockPassOptions): PathStatistics | undefined {
  let statistics: PathStatistics | undefined;
  // A tidy without a result: it would search one for tensors, number by number.
  tf.tidy(() => {
    const block = freezeBlock(activations, options);
    if (options.isRecorded) statistics = pathStatistics(block, options);
    merge(activations, block, options);
    if (options.network.position === "post") normalizeMerged(activations, options);
  });
  return statistics;
}

/** A block whose normalisers and activations are frozen at the batch, with what it makes of the batch. */
export interface FrozenBlock {
  readonly layers: readonly { readonly map: FrozenMap; readonly weights: WeightLayer }[];
  readonly projection?: { readonly map: FrozenMap; readonly weights: WeightLayer };
  /** The branch with its scale, and the projected skip path with its own. */
  readonly branch: tf.Tensor2D;
  readonly projected?: tf.Tensor2D;
}

export function freezeBlock(activations: Activations, options: BlockPassOptions): FrozenBlock {
  const { plan, scales } = options;
  const last = plan.layers.length - 1;
  let x = activations.total;
  const layers = plan.layers.map((shape, layer) => {
    const weights = drawLayer(options, shape, layer);
    const map = freeze(x, activations, options, { layer, scale: layer === last ? scales.branch : 1 });
    x = weights.apply(applyFrozen(map, x));
    return { map, weights };
  });
  if (!plan.projection) return { layers, branch: x };
  const projection = {
    weights: drawLayer(options, plan.projection, "projection"),
    map: freeze(activations.total, activations, options, { layer: 0, scale: scales.skip }),
  };
  const projected = projection.weights.apply(applyFrozen(projection.map, activations.total));
  return { layers, branch: x, projection, projected };
}

function drawLayer(
  { network, plan, seed, trial, sampler }: BlockPassOptions,
  shape: BlockPlan["layers"][number],
  layer: number | "projection",
): WeightLayer {
  const key = { seed, trial, block: plan.block, layer };
  return drawWeightLayer({ network, shape, key, gain: network.gain, sampler });
}

function freeze(
  x: tf.Tensor2D,
  { exponent, total }: Activations,
  { network, plan, input, expectedDeviation }: BlockPassOptions,
  { layer, scale }: { readonly layer: number; readonly scale: number },
): FrozenMap {
  const normalizer: NormalizerName = network.position === "pre" ? network.normalizer : "none";
  const removesScale = normalizer !== "none" && normalizer !== "expected";
  const [rows, features] = x.shape;
  const frozen = freezeNormalizer(valuesOf(x), {
    rows,
    features,
    network,
    normalizer,
    factor: normalizer === "expected" ? 1 / expectedDeviation(plan.block, layer) : 1,
    moments: x === total ? input : undefined,
  });
  return freezeMap(x, {
    normalizer: frozen,
    activation: network.activation,
    // The argument matters to an activation that is not homogeneous. It then is bounded or grows slowly, and so does h.
    argumentScale: removesScale || isHomogeneous(network.activation) ? 1 : 2 ** exponent,
    // What a normaliser gives has its own scale: divide it as h is divided.
    scale: removesScale ? scale * 2 ** -exponent : scale,
  });
}

function pathStatistics({ branch, projected }: FrozenBlock, options: BlockPassOptions): PathStatistics {
  const { scales, input } = options;
  const factor = scales.skip ** 2;
  const skip = projected
    ? statisticsOf(projected)
    : {
        variance: factor * input.variance,
        meanSquared: factor * input.meanSquared,
        secondMoment: factor * input.secondMoment,
        channelVariance: factor * input.channelVariance,
      };
  return { skip, branch: statisticsOf(branch) };
}

function merge(activations: Activations, block: FrozenBlock, options: BlockPassOptions): void {
  const { stack, total } = activations;
  if (stack) advanceComponents(stack, block, options);
  const merged = block.projected
    ? weightedSum(block.projected, 1, block.branch, 1)
    : weightedSum(total, options.scales.skip, block.branch, 1);
  replaceTotal(activations, merged);
}

function advanceComponents(stack: ComponentStack, block: FrozenBlock, options: BlockPassOptions): void {
  const { layers, projection } = block;
  const [skipScale, window] = [options.scales.skip, options.window as LengthWindow];
  const packed = packedBlock(block);
  if (packed) {
    advancePacked(stack, { packed, skipScale, window });
    return;
  }
  advance(stack, {
    skipScale,
    branch: (x) => layers.reduce((y, { map, weights }) => weights.apply(applyFrozen(map, y)), x),
    projection: projection && ((x) => projection.weights.apply(applyFrozen(projection.map, x))),
    window,
  });
}

/** The block for the fast pass: one square matrix behind a centring that the kernels know. */
function packedBlock({ layers, projection }: FrozenBlock): PackedBlock | undefined {
  const [{ map, weights }] = layers;
  if (layers.length > 1 || projection || !weights.matrix) return undefined;
  const centring = kernelCentring(map, weights.matrix.shape[0]);
  return (
    centring && packBlock({ factors: map.factorsByFeature ?? map.factors, centring, weights: weights.matrix })
  );
}

/** Post-position: the merged sum, total and components, is normalised. */
function normalizeMerged(activations: Activations, options: BlockPassOptions): void {
  const map = freezeMerged(activations.total, options);
  if (activations.stack) mapComponents(activations.stack, (x) => applyFrozen(map, x));
  replaceTotal(activations, applyFrozen(map, activations.total));
  activations.exponent = 0;
}

/** The normaliser in post-position, frozen at the merged sum. */
export function freezeMerged(merged: tf.Tensor2D, options: BlockPassOptions): FrozenMap {
  const { network } = options;
  const { normalizer } = network;
  const [rows, features] = merged.shape;
  const frozen = freezeNormalizer(valuesOf(merged), { rows, features, network, normalizer, factor: 1 });
  return freezeMap(merged, { normalizer: frozen, activation: "linear", argumentScale: 1, scale: 1 });
}

function replaceTotal(activations: Activations, total: tf.Tensor2D): void {
  activations.total.dispose();
  activations.total = tf.keep(total);
}
