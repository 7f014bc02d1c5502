import type * as tf from "@tensorflow/tfjs";
import { emptyTensor, nativeKernels } from "../native-kernels.js";

export interface FactorOptions {
  /** L·Lᵀ is this times the Gram matrix. */
  readonly scale: number;
  /** A pivot of at most this part of its diagonal element counts as 0. */
  readonly zeroPivot: number;
}

/** The lower triangular L of a Gram matrix [size, size] as a new tensor; nothing where no kernels run. */
export function gramFactor(gram: tf.Tensor2D, { scale, zeroPivot }: FactorOptions): tf.Tensor2D | undefined {
  const module = nativeKernels();
  if (!module) return undefined;
  const [size] = gram.shape;
  const factor = emptyTensor<tf.Rank.R2>(module, gram.shape);
  const scratch = module.scratch(module.run.factorGramScratch(size));
  const [from, to] = module.pointers(gram, factor);
  module.run.factorGram(from, size, scale, zeroPivot, scratch, to);
  return factor;
}
