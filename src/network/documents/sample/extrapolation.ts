import type { Complaint } from "../../checks/complaint.js";
import { inEntries, requireAscending, requireLengths } from "../consistency.js";
import type { Count, PerhapsMagnitude, PerhapsNumber, SampleFormat } from "../numbers.js";
import type { Provenance } from "../provenance.js";
import type { Comparison, Verdict } from "../verdict.js";
import type { Drawing } from "./drawing.js";
import type { NetworkRecord } from "./network-record.js";

/** A number at several sizes, and in the limit. */
export interface ExtrapolatedRow {
  /** Such as "mean length" or "P(K ≤ 15)". */
  readonly label: string;
  /** In the order of `sizes`; the theory is that of an infinite width, at each batch size. */
  readonly points: readonly Comparison[];
  /** The intercept of the fitted line, against the theory of the limit. */
  readonly limit: Comparison;
  /** By how much the number moves with 1/size. */
  readonly slope: PerhapsNumber;
  readonly slopeError: PerhapsMagnitude;
  /** Σ ((point − line)/se)², with two degrees of freedom fewer than there are sizes. */
  readonly chiSquare: PerhapsMagnitude;
}

/** What networks have in common that differ in one size, which is left out. */
export interface CommonNetworkRecord extends Omit<NetworkRecord, "width" | "batch"> {
  readonly width?: Count;
  readonly batch?: Count;
}

/** Samples at several widths, or batch sizes, extrapolated in 1/width, or 1/batch. */
export interface SampleExtrapolationDocument extends Pick<Drawing, "seed" | "sampler"> {
  readonly kind: "sample-extrapolation";
  readonly format: SampleFormat;
  readonly along: "width" | "batch";
  /**
   * The widths or batch sizes, ascending, and the networks of each.
   *
   * @minItems 1
   */
  readonly sizes: readonly Count[];
  /** @minItems 1 */
  readonly trials: readonly Count[];
  readonly network: CommonNetworkRecord;
  /** @minItems 1 */
  readonly numbers: readonly ExtrapolatedRow[];
  readonly verdict: Verdict;
  readonly provenance?: Provenance;
}

/** What of samples at several sizes does not go together. @internal */
export function inconsistencyOfExtrapolation(document: SampleExtrapolationDocument): Complaint | undefined {
  const { sizes, trials, numbers } = document;
  const bySize = { count: sizes.length, of: "sizes" };
  return (
    requireAscending("sizes", sizes) ??
    requireLengths({ trials }, bySize) ??
    inEntries("numbers", numbers, ({ points }) => requireLengths({ points }, bySize))
  );
}
