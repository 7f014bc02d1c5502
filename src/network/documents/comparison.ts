import type { Activation } from "../activations.js";
import type { Complaint } from "../checks/complaint.js";
import type { SchemeName } from "../schemes/index.js";
import type { ProfileOrigin } from "../variance-profile.js";
import { inEntries, inPart, requireAscending, requireLengths } from "./consistency.js";
import type { Count, DocumentFormat, Magnitude, Natural, Share } from "./numbers.js";
import type { PathLengthsDocument, PredictedInput } from "./prediction.js";
import { inconsistencyOfPathLengths } from "./prediction.js";
import type { Provenance } from "./provenance.js";

/** The path-length law of a variance profile that was given: measured, sampled or predicted, as its kind says. */
export interface MeasuredPathLengthsDocument
  extends Pick<
    PathLengthsDocument,
    | "depth"
    | "mean"
    | "variance"
    | "within"
    | "beyond"
    | "quantiles"
    | "pmf"
    | "pmfFrom"
    | "omittedMass"
    | "provenance"
  > {
  readonly kind: `${ProfileOrigin}-path-lengths`;
  readonly format?: DocumentFormat;
  /** The file the profile was read from. */
  readonly source: string;
  /** Which profile of a run it is. */
  readonly time?: "before" | "after";
  /** s_i and b_i, i = 1…d. */
  readonly skip: readonly Magnitude[];
  readonly branch: readonly Magnitude[];
}

/** A number that may lie beyond float64: null then, and its logarithm to base 10. */
export interface LogNumber {
  readonly value: number | null;
  /** null for 0, and for what is infinite (`value` is then null too). */
  readonly log10: number | null;
}

/** What a scheme makes of a network at initialisation. */
export interface ComparedScheme extends PredictedInput {
  readonly scheme: SchemeName;
  readonly alpha?: string;
  /** As shown in tables and legends. */
  readonly title: string;
  /** The variance after the last block. */
  readonly totalVariance: LogNumber;
  readonly meanLength: Magnitude;
  /** The 97 % quantile of the path length. */
  readonly quantile97: Natural;
  /** P(K ≤ k) at the document's `within`, and P(K > k) from the far tail. */
  readonly probabilityWithin?: Magnitude;
  readonly probabilityBeyond?: Magnitude;
  /** E‖∂L/∂x_1‖² / E‖∂L/∂x_d‖²: the squared gradient at the first block's input over that at the last's. */
  readonly gradientRatio: LogNumber;
  /** The first block after which the total variance exceeds float32, or null. */
  readonly overflowBlock: Count | null;
  /** The first after which the activations' root mean square does. */
  readonly activationOverflowBlock: Count | null;
  /** P(K ≤ k) at the listed k. */
  readonly law: {
    /** @minItems 1 */
    readonly k: readonly Natural[];
    /** @minItems 1 */
    readonly cdf: readonly Magnitude[];
  };
  /** log₁₀ of the variance after the listed blocks (0 is the input); null for a variance of 0. */
  readonly growth: {
    /** @minItems 1 */
    readonly block: readonly Natural[];
    /** @minItems 1 */
    readonly log10: readonly (number | null)[];
  };
}

/** Several schemes at one depth. */
export interface ComparisonDocument {
  readonly kind: "comparison";
  readonly format?: DocumentFormat;
  readonly depth: Count;
  readonly activation: Activation;
  readonly within?: Natural;
  /** @minItems 1 */
  readonly schemes: readonly ComparedScheme[];
  readonly provenance?: Provenance;
}

/** A question about a network of uniform branch scale α, x ← x + α f(x), and its answer. */
export interface DesignDocument {
  readonly kind: "design";
  readonly format?: DocumentFormat;
  readonly solve: "alpha" | "depth" | "probability";
  /** The k of P(K ≤ k). */
  readonly within: Natural;
  /** What was asked for or found; null where every value will do, or none (then `answer` says which). */
  readonly probability: Share | null;
  readonly depth: Count | null;
  readonly alpha: number | null;
  /** The answer in one sentence. */
  readonly answer: string;
  /** What follows for the network that was found; absent where there is none. */
  readonly network?: {
    /** P(K ≤ k), and P(K > k) from the far tail. */
    readonly probabilityWithin: Magnitude;
    readonly probabilityBeyond: Magnitude;
    readonly meanLength: Magnitude;
    /** The total variance growth (1 + α²)^d. */
    readonly totalVariance: LogNumber;
  };
  /** Other schemes at the same depth; absent where there is no network, or it has more than 100,000 blocks. */
  readonly comparison?: ComparisonDocument;
  readonly provenance?: Provenance;
}

/** What of a law of a given profile does not go together. @internal */
export function inconsistencyOfMeasuredPathLengths(law: MeasuredPathLengthsDocument): Complaint | undefined {
  const { skip, branch, depth } = law;
  return inconsistencyOfPathLengths(law) ?? requireLengths({ skip, branch }, { count: depth, of: "depth" });
}

/** What of a comparison does not go together. @internal */
export function inconsistencyOfComparison({ schemes }: ComparisonDocument): Complaint | undefined {
  return inEntries(
    "schemes",
    schemes,
    ({ law, growth }) =>
      requireAscending("law.k", law.k) ??
      requireLengths({ "law.cdf": law.cdf }, { count: law.k.length, of: "law.k" }) ??
      requireAscending("growth.block", growth.block) ??
      requireLengths({ "growth.log10": growth.log10 }, { count: growth.block.length, of: "growth.block" }),
  );
}

/** What of a design does not go together. @internal */
export function inconsistencyOfDesign({ comparison }: DesignDocument): Complaint | undefined {
  return comparison && inPart("comparison", inconsistencyOfComparison(comparison));
}
