import * as tf from "@tensorflow/tfjs";
import { nativeKernels } from "../native-kernels.js";
import { isSole } from "./share.js";

/**
 * The sum of two gradients, which are disposed of: written over one of them where nothing else is on its buffer. The
 * result does not depend on which.
 */
export function accumulate(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const kernels = nativeKernels();
  const target = kernels && [a, b].find(isSole);
  if (!kernels || !target) {
    const sum = tf.tidy(() => tf.add(a, b));
    tf.dispose([a, b]);
    return sum;
  }
  const [first, second, into] = kernels.pointers(a, b, target);
  kernels.run.scaledAdd(first, second, into, a.size, 1, 1);
  (target === a ? b : a).dispose();
  return target;
}
