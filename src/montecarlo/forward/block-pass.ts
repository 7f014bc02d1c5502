import { tf } from "../../tensor/backend.js";
import type { LengthWindow } from "../../tensor/components/index.js";
import { type PackedBlock, packBlock } from "../../tensor/sampling/component-pass.js";
import { weightedSum } from "../../tensor/sampling/weighted-sum.js";
import { applyFrozen, kernelCentring } from "../layers/frozen-map.js";
import { type BatchStatistics, tensorStatistics } from "../layers/statistics.js";
import type { Activations } from "./activations.js";
import { advance, advancePacked, type ComponentStack, mapComponents } from "./component-stack.js";
import {
  type FrozenBlock,
  freezeBlock,
  freezeMerged,
  normalizesMerge,
  type TrialBlock,
} from "./freeze-block.js";

/** Statistics of the two paths of a block after their scales, divided by 4^exponent as the activations were. */
export interface PathStatistics {
  readonly skip: Omit<BatchStatistics, "means" | "variances">;
  readonly branch: Omit<BatchStatistics, "means" | "variances">;
}

/** Sends the activations through one block, whose weights are drawn and forgotten. */
export function runBlock(activations: Activations, pass: TrialBlock): PathStatistics | undefined {
  let statistics: PathStatistics | undefined;
  // A tidy without a result: it would search one for tensors, number by number.
  tf.tidy(() => {
    const block = freezeBlock(activations, pass);
    if (pass.isRecorded) statistics = pathStatistics(block, pass);
    merge(activations, block, pass);
    if (normalizesMerge(pass)) normalizeMerged(activations, pass);
  });
  return statistics;
}

function pathStatistics({ branch, projected }: FrozenBlock, pass: TrialBlock): PathStatistics {
  const { scales, input } = pass;
  const factor = scales.skip ** 2;
  const skip = projected
    ? tensorStatistics(projected)
    : {
        variance: factor * input.variance,
        meanSquared: factor * input.meanSquared,
        secondMoment: factor * input.secondMoment,
        channelVariance: factor * input.channelVariance,
      };
  return { skip, branch: tensorStatistics(branch) };
}

function merge(activations: Activations, block: FrozenBlock, pass: TrialBlock): void {
  const { stack, total } = activations;
  if (stack) advanceComponents(stack, block, pass);
  const merged = block.projected
    ? weightedSum(block.projected, 1, block.branch, 1)
    : weightedSum(total, pass.scales.skip, block.branch, 1);
  replaceTotal(activations, merged);
}

function advanceComponents(stack: ComponentStack, block: FrozenBlock, pass: TrialBlock): void {
  const { layers, projection } = block;
  const [skipScale, window] = [pass.scales.skip, pass.window as LengthWindow];
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

/** The merged sum, total and components, is normalised. */
function normalizeMerged(activations: Activations, pass: TrialBlock): void {
  const map = freezeMerged(activations.total, pass);
  if (activations.stack) mapComponents(activations.stack, (x) => applyFrozen(map, x));
  replaceTotal(activations, applyFrozen(map, activations.total));
  activations.exponent = 0;
}

function replaceTotal(activations: Activations, total: tf.Tensor2D): void {
  activations.total.dispose();
  activations.total = tf.keep(total);
}
