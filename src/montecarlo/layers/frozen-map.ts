import type { BranchActivation } from "../../network/activations.js";
import { tf } from "../../tensor/backend.js";
import { type Centring, factorsApplied } from "../../tensor/sampling/component-pass.js";
import { frozenGates } from "../../tensor/sampling/freeze-gates.js";
import { computed } from "../../tensor/transfer.js";
import { GATES, isHomogeneous } from "./gates.js";
import { type FrozenNormalizer, forEachRun, partMeans } from "./normalization.js";

/**
 * A normaliser and an activation frozen at one batch, which makes them linear: x ↦ (x − mean(x))·G, element by element.
 * The mean is taken of what is mapped, so that the images of parts add up to the image of their sum.
 */
export interface FrozenMap {
  readonly normalizer: FrozenNormalizer;
  /** G [rows, features]: the normaliser's factor times the activation's gate times the scale. */
  readonly factors: tf.Tensor2D;
  /** The same by feature [features], where all rows have the same. */
  readonly factorsByFeature?: Float64Array;
}

export interface FreezeOptions {
  readonly normalizer: FrozenNormalizer;
  readonly activation: BranchActivation;
  /** z = (x − mean)·factor·argumentScale is what the activation is given. */
  readonly argumentScale: number;
  /** What G is multiplied by. */
  readonly scale: number;
}

/** Freezes an activation behind a normaliser at `x`. */
export function freezeMap(x: tf.Tensor2D, options: FreezeOptions): FrozenMap {
  const { normalizer, activation } = options;
  const byFeature = factorsByFeature(x.shape[1], options);
  return {
    normalizer,
    factors: (byFeature && fastFactors(x, options, byFeature)) ?? computedFactors(x, options),
    factorsByFeature: activation === "linear" ? byFeature : undefined,
  };
}

/** The normaliser's factor times the scale by feature; nothing where it depends on the row. */
function factorsByFeature(features: number, { normalizer, scale }: FreezeOptions): Float64Array | undefined {
  const { factors, centring } = normalizer;
  if (centring === "group") return undefined;
  return centring === "feature"
    ? factors.map((factor) => factor * scale)
    : constant(features, factors[0] * scale);
}

/** By a kernel, for what a ReLU or a linear activation makes of features; nothing for others or where none runs. */
function fastFactors(
  x: tf.Tensor2D,
  { normalizer, activation }: FreezeOptions,
  factors: Float64Array,
): tf.Tensor2D | undefined {
  if (!isHomogeneous(activation)) return undefined;
  const { means, centring } = normalizer;
  const thresholds = centring === "feature" ? means : constant(factors.length, 0);
  return frozenGates(x, { factors, thresholds: activation === "linear" ? undefined : thresholds });
}

function constant(length: number, value: number): Float64Array {
  return new Float64Array(length).fill(value);
}

function computedFactors(x: tf.Tensor2D, options: FreezeOptions): tf.Tensor2D {
  const { normalizer, activation, argumentScale, scale } = options;
  const { means, factors, centring } = normalizer;
  const gate = GATES[activation];
  const [rows, features] = x.shape;
  const body = (target: Float32Array, values: Float32Array) => {
    const factorAt = (at: number, index: number, mean: number) => {
      const factor = factors[index];
      target[at] = gate((values[at] - mean) * factor * argumentScale) * factor * scale;
    };
    if (centring === "group") {
      forEachRun({ rows, features, partition: normalizer.partition }, (part, start, end) => {
        for (let at = start; at < end; at++) factorAt(at, part, means[part]);
      });
      return;
    }
    for (let row = 0, at = 0; row < rows; row++) {
      for (let f = 0; f < features; f++, at++) {
        if (centring === "feature") factorAt(at, f, means[f]);
        else factorAt(at, 0, 0);
      }
    }
  };
  return computed<tf.Rank.R2>(x.shape, [x], body);
}

/** The image of `x` as a new tensor. */
export function applyFrozen(map: FrozenMap, x: tf.Tensor2D): tf.Tensor2D {
  const { centring } = map.normalizer;
  const kernel = kernelCentring(map, x.shape[1]);
  const fast = kernel && factorsApplied(x, map.factors, kernel);
  if (fast) return fast;
  if (centring === "none") return tf.mul(x, map.factors);
  const [rows, features] = x.shape;
  const body = (target: Float32Array, values: Float32Array, factors: Float32Array) => {
    if (centring === "feature") {
      const means = featureMeans(values, rows, features);
      for (let row = 0, at = 0; row < rows; row++) {
        for (let f = 0; f < features; f++, at++) target[at] = (values[at] - means[f]) * factors[at];
      }
      return;
    }
    const shape = { rows, features, partition: map.normalizer.partition };
    const means = partMeans(values, shape);
    forEachRun(shape, (part, start, end) => {
      for (let at = start; at < end; at++) target[at] = (values[at] - means[part]) * factors[at];
    });
  };
  return computed<tf.Rank.R2>(x.shape, [x, map.factors], body);
}

/** The centring as the kernels know it; nothing for parts of several positions. */
export function kernelCentring({ normalizer }: FrozenMap, features: number): Centring | undefined {
  const { centring, partition } = normalizer;
  if (centring !== "group") return centring;
  return partition.positions === 1 ? { run: features / partition.groups } : undefined;
}

function featureMeans(values: Float32Array, rows: number, features: number): Float64Array {
  const means = new Float64Array(features);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let f = 0; f < features; f++, at++) means[f] += values[at];
  }
  return means.map((sum) => sum / rows);
}
