import type { Complaint } from "../../checks/complaint.js";
import { listsOfSeries, requireLengths } from "../consistency.js";
import type { Count, SampleFormat, Series } from "../numbers.js";
import type { Provenance } from "../provenance.js";
import type { Comparison, JudgedCurve, SampledSeries, Verdict } from "../verdict.js";
import { countOfBlocks, inconsistencyOfBlocks } from "./blocks.js";
import type { Drawing } from "./drawing.js";
import {
  inconsistencyOfLengths,
  type LengthsAtBlock,
  type PredictedShares,
  type SampledLengths,
} from "./lengths.js";
import type { NetworkRecord } from "./network-record.js";

/** Gradients through sampled networks, from the output back. */
export interface BackwardSampleDocument extends Drawing, SampledLengths {
  readonly kind: "backward-sample";
  readonly format: SampleFormat;
  readonly network: NetworkRecord;
  /**
   * The blocks that the series is about, where they are not all of 1…d.
   *
   * @minItems 1
   */
  readonly blocks?: readonly Count[];
  /** ‖∂L/∂x‖² at the input of each block over that at the output; null beyond float64. */
  readonly squaredNorm: SampledSeries;
  /** That of the first block, over its prediction. */
  readonly growth: Comparison;
  /** The squared norm by block against its prediction; none beyond float64, or where its mean cannot be trusted. */
  readonly curves?: readonly JudgedCurve[];
  /** The branches that the gradient at the inputs of later blocks has come back through, where asked for. */
  readonly atBlocks?: readonly LengthsAtBlock[];
  readonly predicted: {
    /** The natural logarithms of the squared norms, which are finite. */
    readonly logSquaredNorm: Series;
    readonly shares: PredictedShares;
  };
  readonly verdict: Verdict;
  readonly provenance?: Provenance;
}

/** What of a sample of gradients does not go together. @internal */
export function inconsistencyOfBackwardSample(sample: BackwardSampleDocument): Complaint | undefined {
  const { squaredNorm, predicted } = sample;
  return (
    inconsistencyOfBlocks(sample) ??
    requireLengths(
      { ...listsOfSeries({ squaredNorm }), "predicted.logSquaredNorm": predicted.logSquaredNorm },
      countOfBlocks(sample),
    ) ??
    inconsistencyOfLengths(sample)
  );
}
