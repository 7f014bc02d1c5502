import type * as tf from "@tensorflow/tfjs";
import type { KernelModule } from "../kernels/index.js";
import { emptyTensor, nativeKernels } from "../native-kernels.js";

/**
 * Which mean is taken off: none, that of each feature over the rows, or that of each so many consecutive numbers of a
 * row.
 */
export type Centring = "none" | "feature" | { readonly run: number };

/** Centring as assembly/component-pass.ts is told it. */
function centringCode(centring: Centring): number {
  if (typeof centring === "object") return centring.run;
  return centring === "feature" ? -1 : 0;
}

/** A dense residual block, ready for one component after the other: x ↦ ((x − mean(x)) ∘ factors)·weights. */
export interface PackedBlock {
  readonly module: KernelModule;
  /** [rows, features]; absent where they are in the weights. */
  readonly factors?: tf.Tensor2D;
  readonly centring: Centring;
  /** The weights [features, features], as assembly/component-pass.ts wants them. */
  readonly panels: tf.Tensor;
}

export interface PackOptions {
  /** [rows, features]; or [features] where all rows have the same, which is faster. */
  readonly factors: tf.Tensor2D | Float64Array;
  readonly centring: Centring;
  readonly weights: tf.Tensor2D;
}

/** Packs a block for {@link addBranch}; nothing where no kernels run or the weights are not square. */
export function packBlock({ factors, centring, weights }: PackOptions): PackedBlock | undefined {
  const module = nativeKernels();
  const [inputs, outputs] = weights.shape;
  if (!module || inputs !== outputs) return undefined;
  const panels = emptyTensor<tf.Rank.R1>(module, [module.run.packedFloats(inputs, outputs)]);
  const isByFeature = factors instanceof Float64Array;
  const byFeature = isByFeature ? module.scratch(inputs) : 0;
  if (isByFeature) module.floats(byFeature, inputs).set(factors);
  module.run.packWeights(module.pointer(weights), byFeature, module.pointer(panels), inputs, outputs);
  return { module, factors: isByFeature ? undefined : factors, centring, panels };
}

export interface AddBranchOptions {
  /** [rows, features] */
  readonly x: tf.Tensor2D;
  /** [rows, features] */
  readonly target: tf.Tensor2D;
  readonly scale: number;
  /** x is known to have no mean over the rows: that of a feature need not be taken off. */
  readonly hasNoMean: boolean;
}

/** target ← scale·target + ((x − mean(x)) ∘ factors)·weights, in place. */
export function addBranch(block: PackedBlock, { x, target, scale, hasNoMean }: AddBranchOptions): void {
  const { module, factors, centring, panels } = block;
  const [rows, features] = x.shape;
  const scratch = module.scratch(module.run.componentScratch(rows, features));
  const [from, packed, to] = module.pointers(x, panels, target);
  const gates = factors ? module.pointer(factors) : 0;
  const taken = hasNoMean && !factors && centring === "feature" ? "none" : centring;
  const code = centringCode(taken);
  module.run.componentPass(from, gates, packed, to, rows, features, code, scale, scratch);
}

/** (x − mean(x)) ∘ factors as a new tensor [rows, features]; nothing where no kernels run. */
export function factorsApplied(
  x: tf.Tensor2D,
  factors: tf.Tensor2D,
  centring: Centring,
): tf.Tensor2D | undefined {
  const module = nativeKernels();
  if (!module) return undefined;
  const [rows, features] = x.shape;
  const result = emptyTensor<tf.Rank.R2>(module, x.shape);
  const [from, gates, to] = module.pointers(x, factors, result);
  module.run.applyFactors(from, gates, to, rows, features, centringCode(centring));
  return result;
}
