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
  Count,
  DocumentFormat,
  Magnitude,
  Magnitudes,
  Natural,
  PerhapsMagnitude,
  PerhapsNumber,
  SampleFormat,
  Series,
  Share,
  ValidationFormat,
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
export type { BackwardSampleDocument } from "./documents/sample/backward-sample.js";
export type { Attribution, PredictedBlocks, SampledBlocks } from "./documents/sample/blocks.js";
export type { Drawing, SamplePrecision } from "./documents/sample/drawing.js";
export type {
  CommonNetworkRecord,
  ExtrapolatedRow,
  SampleExtrapolationDocument,
} from "./documents/sample/extrapolation.js";
export type { LengthsAtBlock, PredictedShares, SampledLengths } from "./documents/sample/lengths.js";
export type { NetworkRecord } from "./documents/sample/network-record.js";
export type { SampleDocument } from "./documents/sample/path-sample.js";
export type { ImageNetworkRecord, VarianceSampleDocument } from "./documents/sample/variance-sample.js";
export type { StepMetrics } from "./documents/step-metrics.js";
export type {
  SweepBest,
  SweepCell,
  SweepDocument,
  SweepGrid,
  SweepJob,
  SweepPlanDocument,
  SweepRules,
  SweepRun,
  SweepSettings,
  SweepStatus,
  SweepValue,
  SweptCommand,
} from "./documents/sweep.js";
export type {
  Claim,
  ClaimNumber,
  EvidenceDocument,
  PrintedDocument,
  ResultDocument,
  ValidationDocument,
} from "./documents/validation.js";
export type {
  Comparison,
  ContrastName,
  CurveContrast,
  JudgedCurve,
  NotJudged,
  SampledSeries,
  Verdict,
  VerdictStatus,
} from "./documents/verdict.js";
