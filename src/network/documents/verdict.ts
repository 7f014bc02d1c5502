import type {
  Count,
  Magnitude,
  Magnitudes,
  PerhapsMagnitude,
  PerhapsNumber,
  Series,
  Share,
} from "./numbers.js";

/**
 * What a comparison concluded, by a confidence band of the difference between what was measured and what is predicted, and a
 * margin within which a difference does not matter: `agrees`, all of it lies within the margin; `differs`, somewhere it lies
 * wholly outside; `cannot-tell`, neither, yet.
 */
export type VerdictStatus = "agrees" | "differs" | "cannot-tell";

/** Something that is in a document, and that its verdict is not about. */
export interface NotJudged {
  readonly label: string;
  readonly reason: string;
}

/** What a comparison concluded, and why, in one sentence. */
export interface Verdict {
  /**
   * Documents of before there were margins have no `confidence`: their `agrees` says that no difference was found, however large
   * the error, and their `inconclusive` that there were too few trials.
   */
  readonly status: VerdictStatus | "inconclusive";
  readonly reason: string;
  /** How sure it is, such as 0.95; 1 of what is computed exactly. */
  readonly confidence?: Share;
  /** Whether a band excludes the prediction itself somewhere, be it within the margin. */
  readonly biasSeen?: boolean;
  /** About how many trials would settle what cannot be told yet; absent where that is nothing to foresee. */
  readonly trialsNeeded?: Count;
  readonly notJudged?: readonly NotJudged[];
}

/** A measured number beside its prediction. `z` = (mean − theory) / se. */
export interface Comparison {
  readonly mean: PerhapsNumber;
  readonly se: PerhapsMagnitude;
  readonly theory: PerhapsNumber;
  readonly z: PerhapsNumber;
  /** The two-sided p-value of z, by Student's t; absent for a single trial. */
  readonly p?: PerhapsNumber;
  /** `p` corrected for the numbers that are judged together (docs/statistics.md). */
  readonly pCorrected?: PerhapsNumber;
  /** How far from the theory the expectation may lie and still agree. */
  readonly margin?: Magnitude;
  /** The confidence band of the expectation's difference from the theory, simultaneous with those judged together. */
  readonly band?: { readonly low: PerhapsNumber; readonly high: PerhapsNumber };
  readonly status?: VerdictStatus;
  /** Whether the band excludes the theory. */
  readonly biasSeen?: boolean;
}

/** A mean over independent trials with its standard error, element by element. */
export interface SampledSeries {
  readonly mean: Series;
  readonly se: Magnitudes;
}

/** What is judged of a curve, as relative deviations from its prediction, which would be 0. */
export type ContrastName = "level" | "slope" | "curvature" | "first" | "last";

/** A contrast of a curve. */
export interface CurveContrast extends Comparison {
  readonly contrast: ContrastName;
}

/** A curve against its prediction, block by block, by a few contrasts of its relative deviation. */
export interface JudgedCurve {
  /** Such as "skip variance by block". */
  readonly label: string;
  /** The first and the last block that it is judged over. */
  readonly from: Count;
  readonly to: Count;
  /** @minItems 1 */
  readonly contrasts: readonly CurveContrast[];
  /**
   * Where the deviation's parabola, whose interval must lie within the margin everywhere for the curve to agree, reaches farthest;
   * absent of fewer than three blocks.
   */
  readonly farthest?: Comparison & { readonly block: Count };
  readonly status: VerdictStatus;
  readonly biasSeen?: boolean;
}
