import * as tf from "@tensorflow/tfjs";
import { channelMeans } from "./channel-means.js";

export interface ScaledAddOptions {
  /** Both NHWC, of one shape. */
  readonly skip: tf.Tensor4D;
  readonly branch: tf.Tensor4D;
  /** 1 if absent. */
  readonly skipScale?: number;
  /** 1 if absent; a scalar tensor is learned, and gets the gradient Σ dy·branch. */
  readonly branchScale?: number | tf.Scalar;
}

/** The end of a residual block, skipScale·skip + branchScale·branch. */
export function scaledAdd(options: ScaledAddOptions): tf.Tensor4D {
  const { skip, branch, skipScale = 1, branchScale = 1 } = options;
  return typeof branchScale === "number"
    ? fixedScales({ skip, branch, skipScale, branchScale })
    : learnedScale({ skip, branch, skipScale, branchScale });
}

function fixedScales(options: ScaledAddOptions & { skipScale: number; branchScale: number }): tf.Tensor4D {
  const { skip, branch, skipScale, branchScale } = options;
  const merge = tf.customGrad((a, b) => ({
    value: tf.add(times(a as tf.Tensor, skipScale), times(b as tf.Tensor, branchScale)),
    gradFunc: (dy) => [times(dy as tf.Tensor, skipScale), times(dy as tf.Tensor, branchScale)],
  }));
  return merge(skip, branch) as tf.Tensor4D;
}

function learnedScale(
  options: ScaledAddOptions & { skipScale: number; branchScale: tf.Scalar },
): tf.Tensor4D {
  const { skip, branch, skipScale, branchScale } = options;
  const merge = tf.customGrad((...args) => {
    const [a, b, alpha, save] = args as unknown as [tf.Tensor4D, tf.Tensor4D, tf.Scalar, tf.GradSaveFunc];
    save([b, alpha]);
    return {
      value: tf.add(times(a, skipScale), tf.mul(b, alpha)),
      gradFunc: (dy, saved) => {
        const [savedBranch, savedAlpha] = saved as [tf.Tensor4D, tf.Scalar];
        return [
          times(dy as tf.Tensor, skipScale),
          tf.mul(dy as tf.Tensor, savedAlpha),
          tf.tidy(() => tf.scalar(sum(tf.mul(dy as tf.Tensor4D, savedBranch)))),
        ];
      },
    };
  });
  return merge(skip, branch, branchScale) as tf.Tensor4D;
}

/** A new tensor even for a factor of 1: the tape disposes of gradients that it adds up. */
function times(x: tf.Tensor, factor: number): tf.Tensor {
  return factor === 1 ? tf.clone(x) : tf.mul(x, factor);
}

function sum(x: tf.Tensor4D): number {
  const [batch, height, width] = x.shape;
  return channelMeans(x).reduce((total, mean) => total + mean, 0) * batch * height * width;
}
