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
export { type CompareOptions, compareSchemes } from "./design/compare-schemes.js";
export { type DesignQuestion, deepestNetwork, largestAlpha, probabilityWithin } from "./design/design.js";
export { compareDesign } from "./design/design-comparison.js";
export { pathsWithin, type Tails } from "./design/uniform-alpha.js";
export * from "./laws/index.js";
export {
  type ConvolutionalMoments,
  type ConvolutionalOptions,
  predictConvolutionalMoments,
  zeroPaddingFactor,
} from "./maps/convolution.js";
export {
  type BlockPathMoments,
  type MapMoments,
  predictStageMoments,
  type StageMoments,
} from "./maps/convolutional-stages.js";
export type { ImageBatch } from "./mean-field/image-batch.js";
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
export { type GradientProfile, gradientPathLengths, predictGradients } from "./moments/gradients.js";
export type { InputOptions } from "./moments/input-variance.js";
export {
  correlationAfter,
  type PathMoments,
  type PredictedMoments,
  type PredictOptions,
  predictMoments,
  predictProfile,
} from "./moments/moments.js";
export { inputOverBranch, type LawMethod, type PathLaw, predictPathLaw } from "./moments/path-law.js";
export {
  FLOAT_FORMATS,
  type FloatFormat,
  type FloatFormatName,
  type PrecisionLimits,
  precisionLimits,
} from "./moments/precision.js";
export {
  predictMapProfile,
  predictPathLengths,
  predictVarianceProfile,
} from "./predict.js";
