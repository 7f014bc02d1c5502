import { tf } from "../tensor/backend.js";
import { addBranch, type PackedBlock } from "../tensor/sampling/component-pass.js";
import { weightedSum } from "../tensor/sampling/weighted-sum.js";
import { valuesOf } from "../tensor/transfer.js";
import { mergeSteps } from "./merge-steps.js";
import { batchStatistics } from "./statistics.js";
import type { LengthWindow } from "./window.js";

/**
 * The activations of a batch, split by the number of residual branches traversed: h = Σ_k h^(k) for k = low…high, each
 * [rows, features] in float32. It is exact because a network whose normalisers and activations are frozen is linear.
 * The stack owns its tensors.
 */
export interface ComponentStack {
  window: LengthWindow;
  /** h^(low) … h^(high). */
  components: tf.Tensor2D[];
}

/** What a block makes of each component; both are linear. */
export interface LinearBlock {
  /** The branch with its scale, as a new tensor. */
  readonly branch: (x: tf.Tensor2D) => tf.Tensor2D;
  /** The skip path of a transition block with its scale, as a new tensor; absent where it only multiplies. */
  readonly projection?: (x: tf.Tensor2D) => tf.Tensor2D;
  readonly skipScale: number;
  /** The path lengths to keep apart from here on. */
  readonly window: LengthWindow;
}

/** h^(k) ← skip(h^(k)) + branch(h^(k−1)). */
export function advance(stack: ComponentStack, block: LinearBlock): void {
  const before = stack.components;
  const components = mergeSteps(stack.window, block.window).map(({ throughSkip, throughBranch }) =>
    tf.tidy(() => {
      const skip = sumOf(stack, throughSkip);
      const kept = skip && block.projection ? block.projection(skip) : skip;
      const branchInput = sumOf(stack, throughBranch);
      const branch = branchInput && block.branch(branchInput);
      const scale = block.projection ? 1 : block.skipScale;
      if (kept) return branch ? weightedSum(kept, scale, branch, 1) : weightedSum(kept, scale, kept, 0);
      return branch as tf.Tensor2D;
    }),
  );
  for (const component of before) component.dispose();
  replace(stack, components.reverse(), block.window);
}

/** {@link advance} for a dense block that is packed: component after component in place. */
export function advancePacked(
  stack: ComponentStack,
  block: Pick<LinearBlock, "skipScale" | "window"> & { readonly packed: PackedBlock },
): void {
  const { packed, skipScale, window } = block;
  const kept = new Set<tf.Tensor>();
  const components = mergeSteps(stack.window, window).map(({ throughSkip, throughBranch }) => {
    const branchInput = sumOf(stack, throughBranch);
    const target = sumOf(stack, throughSkip) ?? tf.zerosLike(stack.components[0]);
    // What a branch that centres over the batch adds has no mean over it: only what came in has, and is in the shortest.
    const hasNoMean = !throughBranch.includes(stack.window.low);
    if (branchInput) addBranch(packed, { x: branchInput, target, scale: skipScale, hasNoMean });
    const isScaled = branchInput !== undefined || skipScale === 1;
    const component = isScaled ? target : weightedSum(target, skipScale, target, 0);
    kept.add(component);
    return component;
  });
  for (const component of stack.components) if (!kept.has(component)) component.dispose();
  replace(stack, components.reverse(), window);
}

function replace(stack: ComponentStack, components: tf.Tensor2D[], window: LengthWindow): void {
  stack.components = components.map((component) => tf.keep(component));
  stack.window = window;
}

/** The sum of the components of some lengths: one of them itself, or a new tensor; nothing of none. */
function sumOf({ window, components }: ComponentStack, lengths: readonly number[]): tf.Tensor2D | undefined {
  const [first, ...others] = lengths.map((length) => components[length - window.low]);
  return first && others.reduce((sum, component) => weightedSum(sum, 1, component, 1), first);
}

/** Replaces each component by `map` of it. */
export function mapComponents(stack: ComponentStack, map: (x: tf.Tensor2D) => tf.Tensor2D): void {
  stack.components = stack.components.map((component) => {
    const mapped = tf.keep(map(component));
    component.dispose();
    return mapped;
  });
}

/**
 * share_k for k = 0…high, which add up to 1 (docs/statistics.md): with centring Cov(h^(k), h) / Var(h), without it
 * Σ h^(k) h / Σ h², both summed over rows and features.
 *
 * @param total h [rows, features].
 */
export function sharesOf(stack: ComponentStack, total: tf.Tensor2D, isCentred: boolean): Float64Array {
  const reference = Float64Array.from(valuesOf(total));
  if (isCentred) {
    // Centring one factor of a covariance is enough.
    const [rows, features] = total.shape;
    const { means } = batchStatistics(reference, { rows, features });
    for (let j = 0; j < reference.length; j++) reference[j] -= means[j % features];
  }
  const products = new Float64Array(stack.window.high + 1);
  let whole = 0;
  for (const [index, component] of stack.components.entries()) {
    const values = valuesOf(component);
    let sum = 0;
    for (let j = 0; j < reference.length; j++) sum += values[j] * reference[j];
    products[stack.window.low + index] = sum;
    whole += sum;
  }
  return products.map((product) => product / whole);
}
