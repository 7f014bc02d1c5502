import type { SampleDocument } from "../network/documents/sample/path-sample.js";
import { currentDocument } from "../network/older-documents.js";
import type { Judgement } from "../network/settings/judgement.js";
import { extrapolateSamples, type SampleExtrapolation } from "./extrapolate-samples.js";

export interface WidthExtrapolation extends SampleExtrapolation {
  readonly widths: readonly number[];
}

/**
 * Extrapolates the mean path length and P(K ≤ k) of sampled networks to infinite width, by weighted least squares in
 * 1/width: finite networks deviate from the Poisson-binomial law in proportion to 1/width (docs/statistics.md).
 *
 * @throws InvalidArgumentError unless the documents have two different widths and are otherwise of the same network.
 */
export function extrapolateWidths(
  given: readonly SampleDocument[],
  judgement?: Partial<Judgement>,
): WidthExtrapolation {
  const documents = given.map((one) => currentDocument(one));
  const { meanLength, within = {} } = documents[0] ?? {};
  const extrapolation = extrapolateSamples({
    documents,
    along: "width",
    // Infinite width is what the theory of every sample is about.
    theory: {
      meanLength: meanLength?.theory ?? Number.NaN,
      within: Object.fromEntries(Object.entries(within).map(([k, { theory }]) => [k, theory])),
    },
    limit: "at infinite width",
    judgement,
  });
  return { widths: documents.map(({ network }) => network.width), ...extrapolation };
}
