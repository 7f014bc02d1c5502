import type * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import { emptyTensor, nativeKernels } from "../native-kernels.js";
import { meanOverSpace, spreadOverSpace } from "./composed/global-average-pool.js";

/**
 * The mean over space.
 *
 * @param x NHWC, [B, H, W, C].
 * @returns [B, C].
 */
export function globalAveragePool(x: tf.Tensor4D): tf.Tensor2D {
  const { shape } = x;
  return differentiable({
    inputs: [x],
    forward: () => forward(x),
    backward: (dy) => [backward(dy as tf.Tensor2D, shape)],
  });
}

function forward(x: tf.Tensor4D): tf.Tensor2D {
  const kernels = nativeKernels();
  if (!kernels) return meanOverSpace(x);
  const [batch, height, width, channels] = x.shape;
  const y = emptyTensor<tf.Rank.R2>(kernels, [batch, channels]);
  kernels.run.globalAveragePool(kernels.pointer(x), kernels.pointer(y), batch, height * width, channels);
  return y;
}

function backward(dy: tf.Tensor2D, shape: tf.Tensor4D["shape"]): tf.Tensor4D {
  const kernels = nativeKernels();
  if (!kernels) return spreadOverSpace(dy, shape);
  const [batch, height, width, channels] = shape;
  const dx = emptyTensor<tf.Rank.R4>(kernels, shape);
  kernels.run.globalAveragePoolGradient(
    kernels.pointer(dy),
    kernels.pointer(dx),
    batch,
    height * width,
    channels,
  );
  return dx;
}
