import type { Count, Magnitude, Natural } from "../numbers.js";

/** The precision that a run was asked for. */
export interface SamplePrecision {
  /** The number whose standard error it is about. */
  readonly quantity: string;
  readonly asked: Magnitude;
  readonly reached: boolean;
}

/** How many networks were drawn, and in which way. */
export interface Drawing {
  readonly seed: Natural;
  /** Whether the weights were drawn, or what they make of the batch. */
  readonly sampler?: "direct" | "gram";
  readonly trials: Count;
  readonly precision?: SamplePrecision;
}
