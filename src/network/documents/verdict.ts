import type { Magnitudes, PerhapsMagnitude, PerhapsNumber, Series } from "./numbers.js";

/** What a comparison concluded, and why, in one sentence. */
export interface Verdict {
  readonly status: "agrees" | "differs" | "inconclusive";
  readonly reason: string;
}

/** A measured number beside its prediction. `z` = (mean − theory) / se. */
export interface Comparison {
  readonly mean: PerhapsNumber;
  readonly se: PerhapsMagnitude;
  readonly theory: PerhapsNumber;
  readonly z: PerhapsNumber;
  /** The two-sided p-value of z, by Student's t; absent for a single trial. */
  readonly p?: PerhapsNumber;
  /** `p` by Holm's correction over the numbers that are judged together (docs/statistics.md). */
  readonly pCorrected?: PerhapsNumber;
}

/** A mean over independent trials with its standard error, element by element. */
export interface SampledSeries {
  readonly mean: Series;
  readonly se: Magnitudes;
}
