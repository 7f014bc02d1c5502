/** The documents: what every command prints with `--json` and all that a plot needs, as plain JSON. */
export type {
  ComparedScheme,
  ComparisonDocument,
  DesignDocument,
  LogNumber,
  MeasuredPathLengthsDocument,
} from "./documents/comparison.js";
export type {
  MapShape,
  ModelSummaryDocument,
  SummarizedBlock,
  SummarizedPart,
} from "./documents/model-summary.js";
export type {
  DocumentFormat,
  Magnitude,
  Magnitudes,
  Natural,
  PerhapsMagnitude,
  PerhapsNumber,
  Positive,
  Series,
  Share,
} from "./documents/numbers.js";
export type {
  PathLengthsDocument,
  PredictedInput,
  PredictedNetwork,
  PredictedSeries,
  VarianceProfileDocument,
} from "./documents/prediction.js";
export type {
  CarriedLaw,
  ProbeDocument,
  ProbedBlock,
  ProbedLaw,
  ProbedRun,
  ProbesDocument,
} from "./documents/probe.js";
export type { Provenance } from "./documents/provenance.js";
export type {
  MeasuredBlock,
  MeasuredBlocks,
  RunDesign,
  RunDocument,
  TrainabilityDocument,
} from "./documents/run.js";
export type {
  Attribution,
  BackwardSampleDocument,
  ExtrapolatedRow,
  PredictedBlocks,
  PredictedShares,
  SampleDocument,
  SampledBlocks,
  SampledLengths,
  SampleExtrapolationDocument,
  SamplePrecision,
  SampleSettings,
  VarianceSampleDocument,
} from "./documents/sample.js";
export type { StepMetrics } from "./documents/step-metrics.js";
export type {
  Claim,
  ClaimNumber,
  EvidenceDocument,
  PrintedDocument,
  ResultDocument,
  ValidationDocument,
} from "./documents/validation.js";
export type { Comparison, SampledSeries, Verdict } from "./documents/verdict.js";
