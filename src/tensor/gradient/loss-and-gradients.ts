import type * as tf from "@tensorflow/tfjs";
import { Tape } from "./tape.js";

export interface LossAndGradients {
  readonly loss: tf.Scalar;
  /** In the order of the variables. */
  readonly gradients: readonly tf.Tensor[];
}

/**
 * Runs `forward` and differentiates the loss it returns; the caller disposes of the results. Nothing else stays behind,
 * whether it returns or throws.
 *
 * `forward` is made of the operations of this folder (ops/, or your own through `differentiable`).
 *
 * @throws RespathError when another operation of tfjs lies between a variable and the loss.
 */
export function lossAndGradients(
  forward: () => tf.Scalar,
  variables: readonly tf.Variable[],
): LossAndGradients {
  const tape = new Tape(variables);
  let loss: tf.Scalar | undefined;
  try {
    loss = tape.record(forward);
    return { loss, gradients: tape.gradients(loss) };
  } catch (error) {
    loss?.dispose();
    throw error;
  } finally {
    tape.dispose();
  }
}
