import type { Activation } from "./activations.js";
import type { PathLengthsDocument, PredictedInput, Provenance } from "./documents.js";
import type { SchemeName } from "./schemes/index.js";
import type { ProfileOrigin } from "./variance-profile.js";

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
  /** The file the profile was read from. */
  readonly source: string;
  /** Which profile of a run it is. */
  readonly time?: "before" | "after";
  /** s_i and b_i, i = 1…d. */
  readonly skip: readonly number[];
  readonly branch: readonly number[];
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
  readonly meanLength: number;
  /** The 97 % quantile of the path length. */
  readonly quantile97: number;
  /** P(K ≤ k) at the document's `within`, and P(K > k) from the far tail. */
  readonly probabilityWithin?: number;
  readonly probabilityBeyond?: number;
  /** E‖∂L/∂x_1‖² / E‖∂L/∂x_d‖²: the squared gradient at the first block's input over that at the last's. */
  readonly gradientRatio: LogNumber;
  /** The first block after which the total variance exceeds float32, or null. */
  readonly overflowBlock: number | null;
  /** The first after which the activations' root mean square does. */
  readonly activationOverflowBlock: number | null;
  /** P(K ≤ k) at the listed k. */
  readonly law: { readonly k: readonly number[]; readonly cdf: readonly number[] };
  /** log₁₀ of the variance after the listed blocks (0 is the input); null for a variance of 0. */
  readonly growth: { readonly block: readonly number[]; readonly log10: readonly (number | null)[] };
}

/** Several schemes at one depth. */
export interface ComparisonDocument {
  readonly kind: "comparison";
  readonly depth: number;
  readonly activation: Activation;
  readonly within?: number;
  readonly schemes: readonly ComparedScheme[];
  readonly provenance?: Provenance;
}

/** A question about a network of uniform branch scale α, x ← x + α f(x), and its answer. */
export interface DesignDocument {
  readonly kind: "design";
  readonly solve: "alpha" | "depth" | "probability";
  /** The k of P(K ≤ k). */
  readonly within: number;
  /** What was asked for or found; null where every value will do, or none (then `answer` says which). */
  readonly probability: number | null;
  readonly depth: number | null;
  readonly alpha: number | null;
  /** The answer in one sentence. */
  readonly answer: string;
  /** What follows for the network that was found; absent where there is none. */
  readonly network?: {
    /** P(K ≤ k), and P(K > k) from the far tail. */
    readonly probabilityWithin: number;
    readonly probabilityBeyond: number;
    readonly meanLength: number;
    /** The total variance growth (1 + α²)^d. */
    readonly totalVariance: LogNumber;
  };
  /** Other schemes at the same depth; absent where there is no network, or it has more than 100,000 blocks. */
  readonly comparison?: ComparisonDocument;
  readonly provenance?: Provenance;
}
