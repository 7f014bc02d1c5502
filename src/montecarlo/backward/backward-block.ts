import { tf } from "../../tensor/backend.js";
import { weightedSum } from "../../tensor/sampling/weighted-sum.js";
import { computed } from "../../tensor/transfer.js";
import type { Activations } from "../forward/activations.js";
import { advance, mapComponents } from "../forward/component-stack.js";
import {
  type FrozenBlock,
  type FrozenLayer,
  freezeBlock,
  freezeMerged,
  normalizesMerge,
  type TrialBlock,
} from "../forward/freeze-block.js";
import { applyFrozen, type FrozenMap } from "../layers/frozen-map.js";
import type { FrozenNormalizer } from "../layers/normalization.js";

type LinearMap = (gradient: tf.Tensor2D) => tf.Tensor2D;

/**
 * Sends a gradient at the output of one block back to its input, total and components: the derivative of the whole
 * block, statistics of its normalisers included. It is linear in the gradient, so that the components by the number of
 * branches come back through add up to the total at every block.
 *
 * @param input the activations that the block is given, without components.
 */
export function backThroughBlock(gradient: Activations, input: Activations, pass: TrialBlock): void {
  tf.tidy(() => {
    const block = freezeBlock(input, pass);
    if (normalizesMerge(pass)) applyToAll(gradient, backThroughMerge(block, input, pass));
    const { branch, projection } = backThroughPaths(block, input.total);
    const { skip } = pass.scales;
    if (gradient.stack && pass.window) {
      advance(gradient.stack, { branch, projection, skipScale: skip, window: pass.window });
    }
    const kept = projection ? projection(gradient.total) : gradient.total;
    replaceTotal(gradient, weightedSum(kept, projection ? 1 : skip, branch(gradient.total), 1));
  });
}

/** The transposed derivatives of the branch and of a transition block's skip path, both with their scales. */
function backThroughPaths(
  { layers, projection }: FrozenBlock,
  x: tf.Tensor2D,
): { readonly branch: LinearMap; readonly projection?: LinearMap } {
  let z = x;
  const backward = layers.map((layer, index) => {
    const given = z;
    if (index < layers.length - 1) z = layer.weights.apply(applyFrozen(layer.map, z));
    return backThroughLayer(layer, given);
  });
  return {
    branch: (gradient) => backward.reduceRight((g, through) => through(g), gradient),
    projection: projection && backThroughLayer(projection, x),
  };
}

/** Back through the weights, the activation and the normaliser of one layer that was given `x`. */
function backThroughLayer({ map, weights }: FrozenLayer, x: tf.Tensor2D): LinearMap {
  const through = backThroughMap(map, x);
  return (gradient) => through(weights.back!(gradient));
}

/** Back through the normaliser of the merged sum, in post-position. */
function backThroughMerge(block: FrozenBlock, input: Activations, pass: TrialBlock): LinearMap {
  const merged = block.projected
    ? weightedSum(block.projected, 1, block.branch, 1)
    : weightedSum(input.total, pass.scales.skip, block.branch, 1);
  const map = freezeMerged(merged, pass);
  // What is normalised was divided by 2^exponent.
  return backThroughMap({ ...map, factors: tf.mul(map.factors, 2 ** -input.exponent) }, merged);
}

/**
 * The transposed derivative of an activation behind a normaliser that was given `x`. With u the gradient times the gates
 * and over the deviation, and z the normalised x, it is
 *
 *     u − mean(u) − z·mean(u·z)
 *
 * over each part that the normaliser treats as one: a feature, or an input and its group of features.
 */
function backThroughMap({ normalizer, factors }: FrozenMap, x: tf.Tensor2D): LinearMap {
  if (normalizer.centring === "none") return (gradient) => tf.mul(gradient, factors);
  const [rows, features] = x.shape;
  const parts = partsOf(normalizer, features);
  const z = normalized(x, normalizer);
  const count = normalizer.means.length;
  const size = (rows * features) / count;
  const body = (target: Float32Array, gradient: Float32Array, gates: Float32Array, values: Float32Array) => {
    const [means, along] = [new Float64Array(count), new Float64Array(count)];
    for (let row = 0, at = 0; row < rows; row++) {
      const first = parts.firstOf(row);
      for (let f = 0; f < features; f++, at++) {
        const u = gradient[at] * gates[at];
        const part = first + parts.within[f];
        means[part] += u / size;
        along[part] += (u * values[at]) / size;
      }
    }
    for (let row = 0, at = 0; row < rows; row++) {
      const first = parts.firstOf(row);
      for (let f = 0; f < features; f++, at++) {
        const part = first + parts.within[f];
        target[at] = gradient[at] * gates[at] - means[part] - values[at] * along[part];
      }
    }
  };
  return (gradient) => computed<tf.Rank.R2>([rows, features], [gradient, factors, z], body);
}

/** z = (x − mean)·factor, as the normaliser returns it. */
function normalized(x: tf.Tensor2D, normalizer: FrozenNormalizer): tf.Tensor2D {
  const [rows, features] = x.shape;
  const { means, factors } = normalizer;
  const parts = partsOf(normalizer, features);
  const body = (target: Float32Array, values: Float32Array) => {
    for (let row = 0, at = 0; row < rows; row++) {
      const first = parts.firstOf(row);
      for (let f = 0; f < features; f++, at++) {
        const part = first + parts.within[f];
        target[at] = (values[at] - means[part]) * factors[part];
      }
    }
  };
  return computed<tf.Rank.R2>(x.shape, [x], body);
}

/** The number of an element's part: that of the first in its row, plus what its feature adds. */
function partsOf({ centring, partition }: FrozenNormalizer, features: number) {
  if (centring === "feature") {
    return { firstOf: () => 0, within: Int32Array.from({ length: features }, (_, feature) => feature) };
  }
  const { positions, groups } = partition;
  return {
    firstOf: (row: number) => Math.floor(row / positions) * groups,
    within: Int32Array.from({ length: features }, (_, feature) => Math.floor((feature * groups) / features)),
  };
}

function applyToAll(gradient: Activations, map: LinearMap): void {
  if (gradient.stack) mapComponents(gradient.stack, map);
  replaceTotal(gradient, map(gradient.total));
}

function replaceTotal(gradient: Activations, total: tf.Tensor2D): void {
  gradient.total.dispose();
  gradient.total = tf.keep(total);
}
