import type { LayerPlan } from "../../../network/plan/index.js";
import type { tf } from "../../../tensor/index.js";
import type { MovingStatistics } from "../moving-statistics.js";
import type { Parameter } from "../parameter.js";

/**
 * What a forward pass is for. `train`: the batch's own statistics, which are recorded for the moving averages, and whatever is
 * random. `measure`: the batch's own statistics, and nothing is recorded. `evaluate`: the moving averages.
 */
export type Mode = "train" | "measure" | "evaluate";

/** What a random layer is keyed by, beside the seed: the same however often and in whatever thread it is gone through. */
export interface Draw {
  /** Steps taken before. */
  readonly step: number;
  /** The first image of the ghost batch within its batch. */
  readonly ghost: number;
}

/** The first ghost batch of the first step. */
export const FIRST_DRAW: Draw = { step: 0, ghost: 0 };

/** A forward pass. */
export interface Pass {
  readonly mode: Mode;
  /** For mode `train`; {@link FIRST_DRAW} if absent. */
  readonly draw?: Draw;
}

/** A piece of the network and what it learns. */
export interface Layer<Input extends tf.Tensor, Output extends tf.Tensor> {
  readonly parameters: readonly Parameter[];
  /** Of a batch normalisation. */
  readonly statistics?: MovingStatistics;
  apply(x: Input, pass: Pass): Output;
}

/**
 * A layer at one batch, with what depends on the batch (gates of a ReLU, statistics of a normalisation) held at its values
 * there: affine, so that `output` is `carry` of the input and a constant (biases, shifts).
 */
export interface Frozen {
  readonly output: tf.Tensor4D;
  /**
   * The linear part: carry(a + b) = carry(a) + carry(b). A normalisation takes off the mean of the component itself.
   */
  carry(component: tf.Tensor4D): tf.Tensor4D;
}

/** From maps to maps, NHWC. */
export interface MapLayer extends Layer<tf.Tensor4D, tf.Tensor4D> {
  /**
   * `apply` with its linear part, for probes (carryComponents): helpers are in frozen.ts. The pass is in mode `measure`, so that
   * nothing is random. It owns tensors: call it, and `carry`, within a tidy.
   */
  freeze(x: tf.Tensor4D, pass: Pass): Frozen;
}

/** A layer of weights of a plan, and what of it is a matter of training. */
export interface WeightLayerOptions<Layer extends LayerPlan = LayerPlan> {
  readonly name: string;
  readonly layer: Layer;
  /** A bias for each output channel, 0 at the start; false if absent. */
  readonly bias?: boolean;
  /** Of what enters, as it is expected: standardised weights divide by it. 1 if absent. */
  readonly deviation?: number;
  /** In place of the gain for drawing weights that are standardised, which takes it out again. */
  readonly drawnGain: number;
  readonly seed: number;
}
