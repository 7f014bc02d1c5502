import type { tf } from "../../tensor/index.js";
import type { MovingStatistics } from "../moving-statistics.js";
import type { Parameter } from "../parameter.js";

/**
 * What a forward pass is for. `train`: the batch's own statistics, which are recorded for the moving averages. `measure`:
 * the batch's own statistics, and nothing is recorded. `evaluate`: the moving averages.
 */
export type Mode = "train" | "measure" | "evaluate";

/** A forward pass. */
export interface Pass {
  readonly mode: Mode;
}

/** A piece of the network and what it learns. */
export interface Layer<Input extends tf.Tensor, Output extends tf.Tensor> {
  readonly parameters: readonly Parameter[];
  /** Of a batch normalisation. */
  readonly statistics?: MovingStatistics;
  apply(x: Input, pass: Pass): Output;
}

/** From maps to maps, NHWC. */
export type MapLayer = Layer<tf.Tensor4D, tf.Tensor4D>;
