import * as tf from "@tensorflow/tfjs";

export interface DenseOptions {
  /** [B, C]. */
  readonly x: tf.Tensor2D;
  /** [C, O]. */
  readonly weights: tf.Tensor2D;
  /** [O]. */
  readonly bias: tf.Tensor1D;
}

/** x·weights + bias, [B, O]. */
export function dense({ x, weights, bias }: DenseOptions): tf.Tensor2D {
  return tf.add(tf.matMul(x, weights), bias);
}
