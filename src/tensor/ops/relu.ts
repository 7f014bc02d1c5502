import type * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import { emptyTensor, nativeKernels } from "../native-kernels.js";
import { rectified, throughRectifier } from "./composed/relu.js";

/**
 * max(0, x), but not a number where x is −∞ or not a number. With a plain ReLU a network whose weights have overflowed
 * would go on with a finite loss near ln(classes), as if it had merely not learned. Here a non-finite number always
 * reaches the loss.
 *
 * The gradient is dy where the result is above 0, else 0.
 */
export function relu<T extends tf.Tensor>(x: T): T {
  return differentiable({
    inputs: [x],
    forward: () => forward(x),
    // The result, which the convolution after it keeps anyway, rather than x, which nobody else may need.
    saves: (y) => [y],
    backward: (dy, [y], _, total) => [backward(dy, y, total)],
  });
}

function forward<T extends tf.Tensor>(x: T): T {
  const kernels = nativeKernels();
  if (!kernels) return rectified(x);
  const y = emptyTensor(kernels, x.shape) as T;
  kernels.run.relu(kernels.pointer(x), kernels.pointer(y), x.size);
  return y;
}

function backward(dy: tf.Tensor, y: tf.Tensor, total?: tf.Tensor): tf.Tensor {
  const kernels = nativeKernels();
  if (!kernels) return throughRectifier(dy, y);
  const dx = total ?? emptyTensor(kernels, dy.shape);
  const [from, slope, to] = kernels.pointers(y, dy, dx);
  kernels.run.reluGradient(from, slope, to, dy.size, total ? 1 : 0);
  return dx;
}
