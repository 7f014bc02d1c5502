export { compareWithTheory } from "./comparison.js";
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
export { slopeAgainstBlock } from "./slope.js";
export { studentTwoSided } from "./student.js";
export { summarizeSeries } from "./summarize-series.js";
export { type MeanWithError, meanWithError } from "./summary.js";
export {
  correctedTogether,
  FEWEST_TRIALS,
  holm,
  type JudgedNumber,
  judge,
  type VerdictOptions,
} from "./verdict.js";
