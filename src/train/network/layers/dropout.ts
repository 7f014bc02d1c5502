import { openStream } from "../../../random/stream.js";
import { masked, type tf } from "../../../tensor/index.js";
import { FIRST_DRAW, type Layer } from "./layer.js";

export interface DropoutOptions {
  /** The probability that a number is dropped. */
  readonly rate: number;
  readonly seed: number;
}

/**
 * Dropout (Srivastava et al. 2014): in mode `train` each number is 0 with the probability `rate`, and otherwise divided by
 * 1 − rate; elsewhere nothing happens. What is dropped is keyed by (seed, step, ghost batch).
 */
export function dropout({ rate, seed }: DropoutOptions): Layer<tf.Tensor2D, tf.Tensor2D> {
  return {
    parameters: [],
    apply: (x, { mode, draw: { step, ghost } = FIRST_DRAW }) => {
      if (mode !== "train" || rate === 0) return x;
      const stream = openStream({ seed, purpose: "dropout", index: [step, ghost] });
      const kept = 1 / (1 - rate);
      return masked(
        x,
        Float32Array.from({ length: x.size }, () => (stream.nextUniform() < rate ? 0 : kept)),
      );
    },
  };
}
