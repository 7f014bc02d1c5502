import type { SampleDocument } from "../network/documents/sample/path-sample.js";
import { currentDocument } from "../network/older-documents.js";
import type { Judgement } from "../network/settings/judgement.js";
import {
  type ExtrapolateSamplesOptions,
  extrapolateSamples,
  type SampleExtrapolation,
} from "./extrapolate-samples.js";

export interface BatchExtrapolation extends SampleExtrapolation {
  readonly batches: readonly number[];
}

/**
 * Extrapolates the mean path length and P(K ≤ k) of sampled networks to an infinite batch, by weighted least squares in
 * 1/batch. The theory moves with the batch size as well, so that it is given for the limit; at a finite width both keep
 * the bias of that width.
 *
 * @throws InvalidArgumentError unless the documents have two different batch sizes and are otherwise of the same network.
 */
export function extrapolateBatches(
  given: readonly SampleDocument[],
  theory: ExtrapolateSamplesOptions["theory"],
  judgement?: Partial<Judgement>,
): BatchExtrapolation {
  const documents = given.map((one) => currentDocument(one));
  const extrapolation = extrapolateSamples({
    documents,
    along: "batch",
    theory,
    judgement,
    limit: "at an infinite batch",
    whenDifferent: "the samples also carry the bias of their width: compare several widths",
  });
  return { batches: documents.map(({ network }) => network.batch), ...extrapolation };
}
