/** What a comparison concluded, and why, in one sentence. */
export interface Verdict {
  readonly status: "agrees" | "differs" | "inconclusive";
  readonly reason: string;
}

/** A measured number beside its prediction. `z` = (mean − theory) / se. */
export interface Comparison {
  readonly mean: number;
  readonly se: number;
  readonly theory: number;
  readonly z: number;
  /** The two-sided p-value of z, by Student's t; absent for a single trial. */
  readonly p?: number;
  /** `p` by Holm's correction over the numbers that are judged together (docs/statistics.md). */
  readonly pCorrected?: number;
}

/** A mean over independent trials with its standard error, element by element. */
export interface SampledSeries {
  readonly mean: readonly number[];
  readonly se: readonly number[];
}
