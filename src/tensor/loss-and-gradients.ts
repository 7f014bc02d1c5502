import * as tf from "@tensorflow/tfjs";

export interface LossAndGradients {
  readonly loss: tf.Scalar;
  /** In the order of the variables. */
  readonly gradients: readonly tf.Tensor[];
}

/** What this needs of tfjs's engine: the operations that were recorded, with the tensors each saved. */
interface Taped {
  readonly state: { activeTape: { readonly saved?: readonly tf.Tensor[] }[] | null };
}

/**
 * Runs `forward` and differentiates the loss it returns; the caller disposes of the results.
 *
 * tfjs's own variableGrads keeps what the tape saved when `forward` throws. Here nothing stays behind.
 */
export function lossAndGradients(
  forward: () => tf.Scalar,
  variables: readonly tf.Variable[],
): LossAndGradients {
  try {
    const { value, grads } = tf.variableGrads(forward, [...variables]);
    return { loss: value, gradients: variables.map(({ name }) => grads[name]) };
  } catch (error) {
    const { state } = tf.engine() as unknown as Taped;
    for (const { saved } of state.activeTape ?? []) tf.dispose(saved as tf.Tensor[]);
    state.activeTape = null;
    throw error;
  }
}
