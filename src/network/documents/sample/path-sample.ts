import type { Complaint } from "../../checks/complaint.js";
import type { SampleFormat } from "../numbers.js";
import type { Provenance } from "../provenance.js";
import type { Verdict } from "../verdict.js";
import {
  type Attribution,
  inconsistencyOfSampledBlocks,
  type PredictedBlocks,
  type SampledBlocks,
} from "./blocks.js";
import type { Drawing } from "./drawing.js";
import {
  inconsistencyOfLengths,
  type LengthsAtBlock,
  type PredictedShares,
  type SampledLengths,
} from "./lengths.js";
import type { NetworkRecord } from "./network-record.js";

/** Sampled networks whose output is split by path length. */
export interface SampleDocument extends Drawing, SampledBlocks, SampledLengths {
  readonly kind: "sample";
  readonly format: SampleFormat;
  readonly network: NetworkRecord;
  readonly attribution: Attribution;
  /** The path lengths after earlier blocks, where asked for. */
  readonly atBlocks?: readonly LengthsAtBlock[];
  readonly predicted: PredictedBlocks & { readonly shares: PredictedShares };
  readonly verdict: Verdict;
  readonly provenance?: Provenance;
}

/** What of a sample that is split by path length does not go together. @internal */
export function inconsistencyOfSample(sample: SampleDocument): Complaint | undefined {
  return inconsistencyOfSampledBlocks(sample) ?? inconsistencyOfLengths(sample);
}
