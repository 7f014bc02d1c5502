import type { Count, DocumentFormat, Series } from "../documents/numbers.js";
import type { VarianceProfileDocument } from "../documents/prediction.js";
import type { MeasuredBlock, RunDocument } from "../documents/run.js";
import type { SampleDocument } from "../documents/sample/path-sample.js";
import type { VarianceSampleDocument } from "../documents/sample/variance-sample.js";

/** What a profile is read with of what is no sample. */
interface OfOtherKinds {
  readonly format?: DocumentFormat;
  /** The number of blocks that must be listed; absent: any. */
  readonly depth?: Count;
}

/** As much of a series of a sample. */
export interface ProfileSeries {
  readonly mean: Series;
}

/** As much of a predicted profile. */
export interface ProfileOfPrediction
  extends OfOtherKinds,
    Pick<VarianceProfileDocument, "kind" | "skip" | "branch"> {}

/** As much of a sample; which series are needed is said by `attribution`. */
export interface ProfileOfSample extends Partial<Pick<SampleDocument, "format" | "attribution">> {
  readonly kind: (SampleDocument | VarianceSampleDocument)["kind"];
  readonly network?: {
    /** The number of blocks that must be listed; absent: any. */
    readonly depth?: Count;
  };
  readonly skip?: ProfileSeries;
  readonly branch?: ProfileSeries;
  readonly skipSecondMoment?: ProfileSeries;
  readonly branchSecondMoment?: ProfileSeries;
}

/** The blocks of a run, in any order. @minItems 1 */
export type ProfileBlocks = readonly Pick<MeasuredBlock, "block" | "skip" | "branch">[];

/** As much of a run. */
export interface ProfileOfRun extends OfOtherKinds {
  readonly kind: RunDocument["kind"];
  readonly profile: { readonly before?: ProfileBlocks; readonly after?: ProfileBlocks };
}

/**
 * What a profile is read from of a result document (`respath paths --profile`); what else there is in it is passed over.
 *
 * @discriminator kind
 */
export type ProfileOfResult = ProfileOfPrediction | ProfileOfSample | ProfileOfRun;
