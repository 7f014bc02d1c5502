export {
  type ConvolutionalMoments,
  type ConvolutionalOptions,
  type ImageBatch,
  predictConvolutionalMoments,
  zeroPaddingFactor,
} from "./convolution.js";
export * from "./laws/index.js";
export {
  correlationAfter,
  type PathMoments,
  type PredictedMoments,
  type PredictOptions,
  predictMoments,
  predictProfile,
} from "./moments.js";
export { defaultConvention, predictPathLengths, predictVarianceProfile } from "./predict.js";
export { type Alpha, resolveScheme } from "./schemes/index.js";
