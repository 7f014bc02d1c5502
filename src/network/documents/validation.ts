import type { ComparisonDocument, DesignDocument, MeasuredPathLengthsDocument } from "./comparison.js";
import type { ModelSummaryDocument } from "./model-summary.js";
import type { Magnitude, Natural, PerhapsMagnitude, PerhapsNumber, ValidationFormat } from "./numbers.js";
import type { PathLengthsDocument, VarianceProfileDocument } from "./prediction.js";
import type { ProbesDocument } from "./probe.js";
import type { Provenance } from "./provenance.js";
import type { RunDocument, TrainabilityDocument } from "./run.js";
import type { BackwardSampleDocument } from "./sample/backward-sample.js";
import type { SampleExtrapolationDocument } from "./sample/extrapolation.js";
import type { SampleDocument } from "./sample/path-sample.js";
import type { VarianceSampleDocument } from "./sample/variance-sample.js";
import type { SweepDocument } from "./sweep.js";
import type { Comparison, Verdict, VerdictStatus } from "./verdict.js";

/** A number of the validation report: what was found, how sure, and what it should be. */
export interface ClaimNumber {
  readonly label: string;
  readonly value: PerhapsNumber | string;
  readonly se?: PerhapsMagnitude;
  readonly theory?: PerhapsNumber | string;
  readonly z?: PerhapsNumber;
  /** How far the value's expectation may lie from the theory and still agree. */
  readonly margin?: Magnitude;
  /** The band of the difference, simultaneous with the other numbers of the claim; its own of a number that is not judged. */
  readonly band?: Comparison["band"];
  readonly status?: VerdictStatus;
  readonly biasSeen?: boolean;
  /** Whether value, theory, margin and band are shares of the prediction. */
  readonly isRelative?: boolean;
  /** Why the claim's verdict is not about this number. */
  readonly notJudged?: string;
  /** What the paper has of it, where that is something else than the theory. */
  readonly printed?: string;
}

/** A claim of the paper, and what was found. */
export interface Claim {
  readonly id: string;
  readonly title: string;
  /** What the paper says, and where. */
  readonly statement: string;
  readonly numbers: readonly ClaimNumber[];
  /** Of what is measured here, at the size that it has here. */
  readonly verdict: Verdict;
  /** Of what the paper says at its own scale, where that is something else than what is measured here. */
  readonly atPaperScale?: Verdict;
  /** What is smaller than in the paper, or otherwise different. */
  readonly scaledDown: readonly string[];
  /** Base names of this claim's pictures in the report folder. */
  readonly pictures: readonly string[];
}

/** What respath validate has found: report.json. */
export interface ValidationDocument {
  readonly kind: "validation";
  readonly format: ValidationFormat;
  readonly quick: boolean;
  readonly seed: Natural;
  readonly claims: readonly Claim[];
  /** The documents the claims rest on, by name; every picture can be drawn again from them. */
  readonly documents: Readonly<Record<string, EvidenceDocument>>;
  readonly provenance?: Provenance;
}

/**
 * What a claim can rest on: every document that has a picture, but a validation.
 *
 * @discriminator kind
 */
export type EvidenceDocument =
  | PathLengthsDocument
  | MeasuredPathLengthsDocument
  | VarianceProfileDocument
  | ComparisonDocument
  | DesignDocument
  | SampleDocument
  | VarianceSampleDocument
  | BackwardSampleDocument
  | SampleExtrapolationDocument
  | RunDocument
  | TrainabilityDocument
  | ProbesDocument;

/** What has a picture. */
export type ResultDocument = EvidenceDocument | ValidationDocument | SweepDocument;

/** Every document that a command prints with --json. */
export type PrintedDocument = ResultDocument | ModelSummaryDocument;
