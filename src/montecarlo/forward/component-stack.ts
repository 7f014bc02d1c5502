import { tf } from "../../tensor/backend.js";
import * as components from "../../tensor/components/index.js";
import { addBranch, type PackedBlock } from "../../tensor/sampling/component-pass.js";
import { weightedSum } from "../../tensor/sampling/weighted-sum.js";

/** Components [rows, features] in float32. */
export type ComponentStack = components.ComponentStack<tf.Tensor2D>;

/** What a block makes of each component; both are linear. */
export interface LinearBlock {
  /** The branch with its scale, as a new tensor. */
  readonly branch: (x: tf.Tensor2D) => tf.Tensor2D;
  /** The skip path of a transition block with its scale, as a new tensor; absent where it only multiplies. */
  readonly projection?: (x: tf.Tensor2D) => tf.Tensor2D;
  readonly skipScale: number;
  /** The path lengths to keep apart from here on. */
  readonly window: components.LengthWindow;
}

const add = (a: tf.Tensor2D, b: tf.Tensor2D) => weightedSum(a, 1, b, 1);

/** h^(k) ← skip(h^(k)) + branch(h^(k−1)). */
export function advance(stack: ComponentStack, { branch, projection, skipScale, window }: LinearBlock): void {
  const scale = projection ? 1 : skipScale;
  components.advance(stack, {
    merge: (throughSkip, throughBranch) => {
      const kept = throughSkip && projection ? projection(throughSkip) : throughSkip;
      const added = throughBranch && branch(throughBranch);
      if (kept) return added ? weightedSum(kept, scale, added, 1) : weightedSum(kept, scale, kept, 0);
      return added as tf.Tensor2D;
    },
    add,
    window,
  });
}

/** {@link advance} for a dense block that is packed: component after component in place. */
export function advancePacked(
  stack: ComponentStack,
  block: Pick<LinearBlock, "skipScale" | "window"> & { readonly packed: PackedBlock },
): void {
  const { packed, skipScale, window } = block;
  const kept = new Set<tf.Tensor>();
  const steps = components.mergeSteps(stack.window, window);
  const advanced = steps.map(({ throughSkip, throughBranch }) => {
    const branchInput = components.sumOf(stack, throughBranch, add);
    const target = components.sumOf(stack, throughSkip, add) ?? tf.zerosLike(stack.components[0]);
    // What a branch that centres over the batch adds has no mean over it: only what came in has, and is in the shortest.
    const hasNoMean = !throughBranch.includes(stack.window.low);
    if (branchInput) addBranch(packed, { x: branchInput, target, scale: skipScale, hasNoMean });
    const isScaled = branchInput !== undefined || skipScale === 1;
    const component = isScaled ? target : weightedSum(target, skipScale, target, 0);
    kept.add(component);
    return component;
  });
  for (const component of stack.components) if (!kept.has(component)) component.dispose();
  stack.components = advanced.reverse().map((component) => tf.keep(component));
  stack.window = window;
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
  const { low, high } = stack.window;
  const shares = new Float64Array(high + 1);
  shares.set(components.componentProducts(stack.components, total, isCentred).products, low);
  const whole = shares.reduce((sum, product) => sum + product, 0);
  return shares.map((product) => product / whole);
}
