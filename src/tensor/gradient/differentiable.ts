import * as tf from "@tensorflow/tfjs";
import { type Backward, currentTape } from "./tape.js";

export interface Operation<T extends tf.Tensor> {
  readonly inputs: readonly tf.Tensor[];
  /** Computes the result, a tensor of its own. Wrap it in tf.tidy if it makes others on the way. */
  readonly forward: () => T;
  /** What `backward` gets as `saved`; kept until then, however soon it is disposed of elsewhere. */
  readonly saves?: (result: T) => readonly tf.Tensor[];
  readonly backward: Backward;
}

/**
 * Carries out an operation and records how to differentiate it: on the tape of lossAndGradients, else on tfjs's own (for
 * tf.grads and the like).
 */
export function differentiable<T extends tf.Tensor>(operation: Operation<T>): T {
  const { inputs, forward, saves = () => [], backward } = operation;
  const tape = currentTape();
  if (!tape) return onTapeOfTfjs(operation);
  const output = forward();
  tape.add({ inputs, output, saves: () => saves(output), backward });
  return output;
}

function onTapeOfTfjs<T extends tf.Tensor>({ inputs, forward, saves, backward }: Operation<T>): T {
  const wanted = inputs.map(() => true);
  const apply = tf.customGrad((...args) => {
    const save = args[args.length - 1] as unknown as tf.GradSaveFunc;
    const value = forward();
    save([...(saves?.(value) ?? [])]);
    return {
      value,
      gradFunc: (dy, saved) => backward(dy as tf.Tensor, saved as tf.Tensor[], wanted) as tf.Tensor[],
    };
  });
  return apply(...inputs) as T;
}
