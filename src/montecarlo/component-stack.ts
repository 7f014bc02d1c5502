import type { LengthWindow } from "./window.js";

/**
 * The activations of a batch, split by the number of residual branches traversed: h = Σ_k h^(k) for k = low…high, each
 * [batch, width] in float32. It is exact because a network whose batch statistics and ReLU gates are frozen is linear.
 */
export interface ComponentStack {
  readonly window: LengthWindow;
  readonly batch: number;
  readonly width: number;
  /** [high − low + 1, batch, width]. */
  readonly data: Float32Array;
}

/** Σ_k h^(k) in float64, [batch, width]. */
export function totalOf(stack: ComponentStack): Float64Array {
  const { data, batch, width } = stack;
  const size = batch * width;
  const total = new Float64Array(size);
  for (let start = 0; start < data.length; start += size) {
    for (let j = 0; j < size; j++) total[j] += data[start + j];
  }
  return total;
}

/** How a branch treats its input before the weights, frozen at one batch: an affine map, then gates. */
export interface FrozenBranch {
  /** Whether each component loses its own batch mean (they add up to the batch mean of the whole). */
  readonly isCentred: boolean;
  /** The factor of each feature: 1/σ, or 1. */
  readonly factors: Float64Array;
  /** 1 where the ReLU lets an element of [batch, width] through and 0 elsewhere; null for a linear branch. */
  readonly gates: Uint8Array | null;
}

/** Applies a frozen branch, up to its weights, to every component. */
export function throughBranch(stack: ComponentStack, branch: FrozenBranch): Float32Array {
  const { data, batch, width } = stack;
  const { isCentred, factors, gates } = branch;
  const size = batch * width;
  const result = new Float32Array(data.length);
  const means = new Float64Array(width);
  for (let start = 0; start < data.length; start += size) {
    if (isCentred) meansInto(means, data, start, batch);
    for (let row = 0, j = 0; row < batch; row++) {
      for (let w = 0; w < width; w++, j++) {
        result[start + j] = gates === null || gates[j] ? (data[start + j] - means[w]) * factors[w] : 0;
      }
    }
  }
  return result;
}

export interface MergeOptions {
  readonly skipScale: number;
  readonly branchScale: number;
  /** The path lengths to keep apart from here on. */
  readonly window: LengthWindow;
}

/** h^(k) ← skipScale · h^(k) + branchScale · f(h)^(k−1); lengths outside the new window join its nearest end. */
export function merge(stack: ComponentStack, branch: Float32Array, options: MergeOptions): ComponentStack {
  const { batch, width, data } = stack;
  const { skipScale, branchScale, window } = options;
  const size = batch * width;
  const merged = new Float32Array((window.high - window.low + 1) * size);
  const add = (source: Float32Array, from: number, scale: number, length: number) => {
    const to = (Math.min(window.high, Math.max(window.low, length)) - window.low) * size;
    for (let j = 0; j < size; j++) merged[to + j] += scale * source[from + j];
  };
  for (let k = stack.window.low, start = 0; start < data.length; k++, start += size) {
    add(data, start, skipScale, k);
    add(branch, start, branchScale, k + 1);
  }
  return { window, batch, width, data: merged };
}

/**
 * share_k for k = 0…high, which add up to 1 (docs/statistics.md): with centring Cov(h^(k), h) / Var(h), without it
 * Σ h^(k) h / Σ h², both summed over batch and features.
 */
export function sharesOf(stack: ComponentStack, isCentred: boolean): Float64Array {
  const { data, batch, width, window } = stack;
  const size = batch * width;
  const total = totalOf(stack);
  if (isCentred) {
    // Centring one factor of a covariance is enough.
    const means = new Float64Array(width);
    meansInto(means, total, 0, batch);
    for (let j = 0; j < size; j++) total[j] -= means[j % width];
  }
  const products = new Float64Array(window.high + 1);
  let whole = 0;
  for (let k = window.low, start = 0; start < data.length; k++, start += size) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += data[start + j] * total[j];
    products[k] = sum;
    whole += sum;
  }
  return products.map((product) => product / whole);
}

function meansInto(
  means: Float64Array,
  values: Float32Array | Float64Array,
  start: number,
  batch: number,
): void {
  const width = means.length;
  means.fill(0);
  for (let row = 0, at = start; row < batch; row++) {
    for (let w = 0; w < width; w++, at++) means[w] += values[at];
  }
  for (let w = 0; w < width; w++) means[w] /= batch;
}
