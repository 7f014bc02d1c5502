export type { Alpha } from "../network/block-scale.js";
export {
  architectureGeometry,
  type NetworkPlan,
  planNetwork,
  uniformGeometry,
} from "../network/plan/index.js";
export {
  configureScheme,
  resolveScheme,
  type SchemeSettings,
  settingsOf,
} from "../network/schemes/index.js";
export { type CompareOptions, compareSchemes } from "./compare-schemes.js";
export {
  type ConvolutionalMoments,
  type ConvolutionalOptions,
  predictConvolutionalMoments,
  zeroPaddingFactor,
} from "./convolution.js";
export {
  type BlockPathMoments,
  type MapMoments,
  predictStageMoments,
  type StageMoments,
} from "./convolutional-stages.js";
export { type DesignQuestion, deepestNetwork, largestAlpha, probabilityWithin } from "./design.js";
export { compareDesign } from "./design-comparison.js";
export { type GradientProfile, gradientPathLengths, predictGradients } from "./gradients.js";
export type { ImageBatch } from "./image-batch.js";
export type { InputOptions } from "./input-variance.js";
export * from "./laws/index.js";
export {
  type BackwardPrediction,
  type BlockPredictions,
  type FieldMoments,
  type NetworkLaw,
  type NetworkMoments,
  type NetworkPrediction,
  type PlannedMoments,
  type PlannedOptions,
  type PlannedPrediction,
  type PredictNetworkOptions,
  predictBackward,
  predictNetwork,
  predictPlanned,
} from "./mean-field/index.js";
export { type MeasuredPathLengthsOptions, measuredPathLengths } from "./measured-profile.js";
export {
  correlationAfter,
  type PathMoments,
  type PredictedMoments,
  type PredictOptions,
  predictMoments,
  predictProfile,
} from "./moments.js";
export { inputOverBranch, type LawMethod, type PathLaw, predictPathLaw } from "./path-law.js";
export {
  FLOAT_FORMATS,
  type FloatFormat,
  type FloatFormatName,
  type PrecisionLimits,
  precisionLimits,
} from "./precision.js";
export {
  predictMapProfile,
  predictPathLengths,
  predictVarianceProfile,
} from "./predict.js";
export { pathsWithin, type Tails } from "./uniform-alpha.js";
