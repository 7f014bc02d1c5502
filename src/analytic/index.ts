export { zeroPaddingFactor } from "./convolution.js";
export {
  correlationAfter,
  type PathMoments,
  type PredictedMoments,
  type PredictOptions,
  predictMoments,
  predictProfile,
} from "./moments.js";
export { PathLengthDistribution } from "./path-length-distribution.js";
export { type Alpha, resolveScheme } from "./schemes/index.js";
