import type { DocumentFormat, Positive, Series } from "../documents/numbers.js";
import type { VarianceProfileDocument } from "../documents/prediction.js";
import type { MeasuredBlock, RunDocument } from "../documents/run.js";
import type { Attribution, SampleDocument, VarianceSampleDocument } from "../documents/sample.js";

/** What a profile is read with of every kind. */
interface OfEveryKind {
  readonly format?: DocumentFormat;
  /** The number of blocks that must be listed; absent: any. */
  readonly depth?: Positive;
}

/** As much of a series of a sample. */
export interface ProfileSeries {
  readonly mean: Series;
}

/** As much of a predicted profile. */
export interface ProfileOfPrediction
  extends OfEveryKind,
    Pick<VarianceProfileDocument, "kind" | "skip" | "branch"> {}

/** As much of a sample; which series are needed is said by `attribution`. */
export interface ProfileOfSample extends OfEveryKind, Partial<Pick<SampleDocument, "attribution">> {
  readonly kind: SampleDocument["kind"];
  readonly skip?: ProfileSeries;
  readonly branch?: ProfileSeries;
  readonly skipSecondMoment?: ProfileSeries;
  readonly branchSecondMoment?: ProfileSeries;
}

/** As much of a sample of the blocks alone, of which older ones do not say which series they are read in. */
export interface ProfileOfVarianceSample extends Omit<ProfileOfSample, "kind" | "attribution"> {
  readonly kind: VarianceSampleDocument["kind"];
  readonly attribution: Attribution;
}

/** The blocks of a run, in any order. @minItems 1 */
export type ProfileBlocks = readonly Pick<MeasuredBlock, "block" | "skip" | "branch">[];

/** As much of a run. */
export interface ProfileOfRun extends OfEveryKind {
  readonly kind: RunDocument["kind"];
  readonly profile: { readonly before?: ProfileBlocks; readonly after?: ProfileBlocks };
}

/**
 * What a profile is read from of a result document (`respath paths --profile`); what else there is in it is passed over.
 *
 * @discriminator kind
 */
export type ProfileOfResult = ProfileOfPrediction | ProfileOfSample | ProfileOfVarianceSample | ProfileOfRun;
