export { CONFIDENCE } from "../network/settings/judgement.js";
export { compareWithTheory } from "./comparison.js";
export { holm } from "./corrections.js";
export { fitWeightedLine, type WeightedLine, type WeightedPoint } from "./extrapolate.js";
export { type BatchExtrapolation, extrapolateBatches } from "./extrapolate-batches.js";
export {
  type ExtrapolatedNumber,
  type ExtrapolateSamplesOptions,
  extrapolateSamples,
  SAMPLE_SIZES,
  type SampleExtrapolation,
  type SampleSize,
} from "./extrapolate-samples.js";
export { extrapolateWidths, type WidthExtrapolation } from "./extrapolate-widths.js";
export { type Judged, type JudgeOptions, judge } from "./judge.js";
export { type Family, FEWEST_TRIALS, type JudgedNumber } from "./judged-number.js";
export { type MarginKind, type MarginOptions, marginOf } from "./margin.js";
export { slopeAgainstBlock } from "./slope.js";
export { studentTwoSided } from "./student.js";
export { studentQuantile } from "./student-quantile.js";
export { summarizeSeries } from "./summarize-series.js";
export { type MeanWithError, meanWithError } from "./summary.js";
export type { ReasonWords } from "./verdict-reason.js";
