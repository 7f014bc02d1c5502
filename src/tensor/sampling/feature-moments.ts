import type * as tf from "@tensorflow/tfjs";
import type { KernelModule } from "../kernels/index.js";
import { nativeKernels } from "../native-kernels.js";

export interface FeatureMoments {
  /** Over the rows, by feature. */
  readonly means: Float64Array;
  /** Biased. */
  readonly variances: Float64Array;
  /** Mean over the rows of the biased variance over the features; NaN unless it is asked for. */
  readonly channelVariance: number;
}

/** Moments of x [rows, features] in float64; nothing where no kernels run. */
export function featureMoments(x: tf.Tensor2D, withChannelVariance = true): FeatureMoments | undefined {
  const module = nativeKernels();
  if (!module) return undefined;
  const [rows, features] = x.shape;
  const means = module.scratch(4 * features);
  const variances = means + 8 * features;
  const from = module.pointer(x);
  module.run.featureMoments(from, rows, features, means, variances);
  return {
    means: doubles(module, means, features),
    variances: doubles(module, variances, features),
    channelVariance: withChannelVariance ? module.run.rowVariance(from, rows, features) : Number.NaN,
  };
}

/** A copy of float64 on the heap. */
function doubles(module: KernelModule, pointer: number, length: number): Float64Array {
  const bytes = module.floats(pointer, 2 * length).slice();
  return new Float64Array(bytes.buffer);
}
