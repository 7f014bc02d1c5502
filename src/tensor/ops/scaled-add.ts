import * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import { emptyTensor, nativeKernels, scalarTensor, scalarValue } from "../native-kernels.js";
import { innerProduct, scaledSum } from "./composed/scaled-add.js";
import { times } from "./times.js";

export interface ScaledAddOptions {
  /** Both NHWC, of one shape. */
  readonly skip: tf.Tensor4D;
  readonly branch: tf.Tensor4D;
  /** 1 if absent. */
  readonly skipScale?: number;
  /** 1 if absent; a scalar tensor is learned, and gets the gradient Σ dy·branch. */
  readonly branchScale?: number | tf.Scalar;
}

/** The end of a residual block, skipScale·skip + branchScale·branch: one pass, and one for the gradients. */
export function scaledAdd(options: ScaledAddOptions): tf.Tensor4D {
  const { skip, branch, skipScale = 1, branchScale = 1 } = options;
  if (typeof branchScale === "number") {
    return differentiable({
      inputs: [skip, branch],
      forward: () => forward(skip, branch, [skipScale, branchScale]),
      backward: (dy) => [times(dy, skipScale), times(dy, branchScale)],
    });
  }
  const factor = scalarValue(branchScale);
  return differentiable({
    inputs: [skip, branch, branchScale],
    forward: () => forward(skip, branch, [skipScale, factor]),
    saves: () => [branch],
    backward: (dy, [savedBranch]) => [
      times(dy, skipScale),
      ...branchGradients({ dy: dy as tf.Tensor4D, branch: savedBranch as tf.Tensor4D, factor }),
    ],
  });
}

function forward(skip: tf.Tensor4D, branch: tf.Tensor4D, scales: readonly [number, number]): tf.Tensor4D {
  const kernels = nativeKernels();
  if (!kernels) return scaledSum(skip, branch, scales);
  const y = emptyTensor<tf.Rank.R4>(kernels, skip.shape);
  const [a, b, sum] = kernels.pointers(skip, branch, y);
  kernels.run.scaledAdd(a, b, sum, y.size, ...scales);
  return y;
}

interface BranchOptions {
  readonly dy: tf.Tensor4D;
  readonly branch: tf.Tensor4D;
  readonly factor: number;
}

/** Those by the branch and by its learned factor. */
function branchGradients({ dy, branch, factor }: BranchOptions): [tf.Tensor, tf.Scalar] {
  const kernels = nativeKernels();
  if (!kernels) return [times(dy, factor), tf.scalar(innerProduct(dy, branch))];
  const db = emptyTensor(kernels, dy.shape);
  const [from, other, to] = kernels.pointers(dy, branch, db);
  return [db, scalarTensor(kernels, kernels.run.scaleGradient(from, other, to, dy.size, factor))];
}
