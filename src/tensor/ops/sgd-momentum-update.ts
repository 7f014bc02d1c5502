import * as tf from "@tensorflow/tfjs";
import { isSole } from "../gradient/share.js";
import { nativeKernels } from "../native-kernels.js";

export interface SgdMomentumOptions {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
  /** The velocity, of the variable's shape, which is updated in place. */
  readonly velocity: tf.Variable;
  readonly learningRate: number;
  readonly momentum: number;
  /** L2 coefficient λ; 0 for none. */
  readonly decay: number;
  /** What the gradient is multiplied with, as clipping does; 1 if absent. */
  readonly gradientScale?: number;
  /** Nesterov's momentum instead of the heavy ball; false if absent. */
  readonly nesterov?: boolean;
}

/**
 * A step of stochastic gradient descent with momentum, as in PyTorch:
 *
 *   g = gradientScale·gradient + λ·w,  v ← momentum·v + g,  w ← w − learningRate·u,
 *
 * u = v for the heavy ball, u = g + momentum·v for Nesterov's momentum. λ·w is the gradient of λ‖w‖²/2. One pass over w, v
 * and the gradient, in place.
 */
export function sgdMomentumUpdate(options: SgdMomentumOptions): void {
  const { variable, gradient, velocity, learningRate, momentum, decay } = options;
  const { gradientScale = 1, nesterov = false } = options;
  const kernels = nativeKernels();
  if (!kernels) {
    updateInJavaScript(options);
    return;
  }
  for (const written of [variable, velocity]) if (!isSole(written)) separate(written);
  const [w, v, slope] = kernels.pointers(variable, velocity, gradient);
  const settings = [learningRate, momentum, decay, gradientScale, nesterov ? 1 : 0] as const;
  kernels.run.sgdMomentum(w, v, slope, variable.size, ...settings);
}

/** Gives a variable a buffer of its own, so that tensors which share the old one keep their numbers. */
function separate(variable: tf.Variable): void {
  const copy = tf.tensor(variable.dataSync().slice(), variable.shape);
  variable.assign(copy);
  copy.dispose();
}

/** Six tensor operations for each of hundreds of small parameters would cost more than the arithmetic. */
function updateInJavaScript(options: SgdMomentumOptions): void {
  const { variable, gradient, velocity, learningRate, momentum, decay } = options;
  const { gradientScale = 1, nesterov = false } = options;
  const weights = variable.dataSync().slice();
  const speed = velocity.dataSync().slice();
  const slope = gradient.dataSync();
  for (let i = 0; i < weights.length; i++) {
    const total = gradientScale * slope[i] + decay * weights[i];
    speed[i] = momentum * speed[i] + total;
    weights[i] -= learningRate * (nesterov ? total + momentum * speed[i] : speed[i]);
  }
  for (const [target, values] of [
    [variable, weights],
    [velocity, speed],
  ] as const) {
    const updated = tf.tensor(values, target.shape);
    target.assign(updated);
    updated.dispose();
  }
}
