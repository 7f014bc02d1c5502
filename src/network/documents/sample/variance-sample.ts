import type { Complaint } from "../../checks/complaint.js";
import type { Count, SampleFormat } from "../numbers.js";
import type { Provenance } from "../provenance.js";
import type { SampledSeries, Verdict } from "../verdict.js";
import {
  type Attribution,
  inconsistencyOfSampledBlocks,
  type PredictedBlocks,
  type SampledBlocks,
} from "./blocks.js";
import type { Drawing } from "./drawing.js";
import type { NetworkRecord } from "./network-record.js";

/** What the record of an older sample of images does not have. */
export interface ImageNetworkRecord extends Omit<NetworkRecord, "inputDimension"> {
  readonly inputDimension?: Count;
}

/** What a variance sample lacks that was once a convolutional one (src/network/older-documents.ts). */
type OnceLeftOut = "branchSecondMoment" | "movingVariance";

/** Sampled networks of which only the statistics by block were taken. */
export interface VarianceSampleDocument extends Drawing, Omit<SampledBlocks, OnceLeftOut> {
  readonly kind: "variance-sample";
  readonly format: SampleFormat;
  readonly network: ImageNetworkRecord;
  readonly branchSecondMoment?: SampledSeries;
  readonly movingVariance?: SampledSeries;
  /** The moment that path lengths would be counted in; older documents leave it out. */
  readonly attribution?: Attribution;
  readonly predicted: PredictedBlocks;
  readonly verdict: Verdict;
  readonly provenance?: Provenance;
}

/** What of a sample that is not split does not go together: it has slopes or a size to show. @internal */
export function inconsistencyOfVarianceSample(sample: VarianceSampleDocument): Complaint | undefined {
  const isShown = sample.slopes !== undefined || sample.size !== undefined;
  return (
    inconsistencyOfSampledBlocks(sample) ??
    (isShown ? undefined : { path: "size", kind: "missing", allowed: "given" })
  );
}
