import type * as tf from "@tensorflow/tfjs";
import { emptyTensor, nativeKernels } from "../native-kernels.js";

export interface GateOptions {
  /** By feature: what an element is multiplied by where it is let through. */
  readonly factors: Float64Array;
  /** By feature: a ReLU lets through what is greater. Absent for a linear activation. */
  readonly thresholds?: Float64Array;
}

/** The factors of the elements of x, as a new tensor [rows, features]; nothing where no kernels run. */
export function frozenGates(x: tf.Tensor2D, { factors, thresholds }: GateOptions): tf.Tensor2D | undefined {
  const module = nativeKernels();
  if (!module) return undefined;
  const [rows, features] = x.shape;
  const gates = emptyTensor<tf.Rank.R2>(module, x.shape);
  const factorsAt = module.scratch(2 * features);
  const thresholdsAt = thresholds ? factorsAt + 4 * features : 0;
  module.floats(factorsAt, features).set(factors);
  if (thresholds) module.floats(thresholdsAt, features).set(thresholds);
  const [from, to] = module.pointers(x, gates);
  module.run.freezeGates(from, factorsAt, thresholdsAt, to, rows, features);
  return gates;
}
