import type * as tf from "@tensorflow/tfjs";
import { share } from "../gradient/index.js";
import { emptyTensor, nativeKernels } from "../native-kernels.js";
import { scaled } from "./composed/scaled-add.js";

/** factor·x. A tensor of its own even for a factor of 1, on the same buffer: the tape disposes of gradients. */
export function times(x: tf.Tensor, factor: number): tf.Tensor {
  if (factor === 1) return share(x);
  const kernels = nativeKernels();
  if (!kernels) return scaled(x, factor);
  const y = emptyTensor(kernels, x.shape);
  kernels.run.scale(kernels.pointer(x), kernels.pointer(y), x.size, factor);
  return y;
}
