export { compareWithTheory } from "./comparison.js";
export { fitWeightedLine, type WeightedLine, type WeightedPoint } from "./extrapolate.js";
export { type ExtrapolatedNumber, extrapolateWidths, type WidthExtrapolation } from "./extrapolate-widths.js";
export { slopeAgainstBlock } from "./slope.js";
export { studentTwoSided } from "./student.js";
export { type MeanWithError, meanWithError, summarizeSeries } from "./summary.js";
export { FEWEST_TRIALS, holm, type JudgedNumber, judge, type VerdictOptions } from "./verdict.js";
