import * as tf from "@tensorflow/tfjs";
import { type LengthWindow, mergeSteps } from "./merge-steps.js";

/**
 * The activations of a batch, split by the number of residual branches traversed: h = Σ_k h^(k) for k = low…high, all of one
 * shape. It is exact because a network whose normalisers and activations are frozen is linear. The stack owns its tensors.
 */
export interface ComponentStack<Activation extends tf.Tensor> {
  window: LengthWindow;
  /** h^(low) … h^(high). */
  components: Activation[];
}

/** What a block makes of the components. */
export interface CarriedBlock<Activation extends tf.Tensor> {
  /**
   * skip(a) + branch(b) as a new tensor, of what keeps its length (a) and what was one shorter (b); at least one of both is
   * there. It is called within a tf.tidy.
   */
  readonly merge: (throughSkip: Activation | undefined, throughBranch: Activation | undefined) => Activation;
  /** The sum of two components as a new tensor. */
  readonly add: (a: Activation, b: Activation) => Activation;
  /** The path lengths to keep apart from here on. */
  readonly window: LengthWindow;
}

/** h^(k) ← skip(h^(k)) + branch(h^(k−1)), from the longest on, so that a component that has been used can go. */
export function advance<Activation extends tf.Tensor>(
  stack: ComponentStack<Activation>,
  { merge, add, window }: CarriedBlock<Activation>,
): void {
  const components = mergeSteps(stack.window, window).map(({ throughSkip, throughBranch }) => {
    const component = tf.tidy(
      () => merge(sumOf(stack, throughSkip, add), sumOf(stack, throughBranch, add)) as tf.Tensor,
    );
    for (const length of throughSkip) componentOf(stack, length).dispose();
    return tf.keep(component) as Activation;
  });
  stack.components = components.reverse();
  stack.window = window;
}

/** The sum of the components of some lengths: one of them itself, or a new tensor; nothing of none. */
export function sumOf<Activation extends tf.Tensor>(
  stack: ComponentStack<Activation>,
  lengths: readonly number[],
  add: CarriedBlock<Activation>["add"],
): Activation | undefined {
  const [first, ...others] = lengths.map((length) => componentOf(stack, length));
  return first && others.reduce(add, first);
}

function componentOf<Activation extends tf.Tensor>(
  { window, components }: ComponentStack<Activation>,
  length: number,
): Activation {
  return components[length - window.low];
}
