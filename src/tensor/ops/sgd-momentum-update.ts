import * as tf from "@tensorflow/tfjs";

export interface SgdMomentumOptions {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
  /** The velocity, which is updated in place. */
  readonly velocity: Float32Array;
  readonly learningRate: number;
  readonly momentum: number;
  /** L2 coefficient λ; 0 for none. */
  readonly decay: number;
}

/**
 * A step of stochastic gradient descent with heavy-ball momentum, as in PyTorch:
 *
 *   v ← momentum·v + gradient + λ·w,  w ← w − learningRate·v.
 *
 * λ·w is the gradient of λ‖w‖²/2. In plain JavaScript: six tensor operations for each of hundreds of small parameters
 * cost more than the arithmetic.
 */
export function sgdMomentumUpdate(options: SgdMomentumOptions): void {
  const { variable, gradient, velocity, learningRate, momentum, decay } = options;
  const weights = Float32Array.from(variable.dataSync());
  const slope = gradient.dataSync();
  for (let i = 0; i < weights.length; i++) {
    const v = momentum * velocity[i] + slope[i] + decay * weights[i];
    velocity[i] = v;
    weights[i] -= learningRate * v;
  }
  const updated = tf.tensor(weights, variable.shape);
  variable.assign(updated);
  updated.dispose();
}
