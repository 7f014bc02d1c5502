/**
 * respath: how far through its residual branches does a network's signal travel?
 *
 * Three ways to a variance profile (predict, sample, measure) and what follows from one (path lengths, comparisons,
 * pictures). The closed forms alone, for a browser: `respath/analytic`.
 */
export { parseAlpha, parseScale } from "./analytic/expression.js";
export * from "./analytic/index.js";
export * from "./compare/index.js";
export * from "./data/index.js";
export * from "./montecarlo/index.js";
export * from "./network/index.js";
export {
  PLOT_FORMATS,
  type PlotFormat,
  plotOf,
  plotToFile,
  type RenderOptions,
  renderPlot,
  writePlot,
} from "./plot/index.js";
export * from "./random/index.js";
export { type ValidateOptions, validate } from "./reproduce/index.js";
export {
  type Architecture,
  type BlockShape,
  decodeSafetensors,
  encodeSafetensors,
  measureProfile,
  type NamedTensor,
  PARAMETER_KINDS,
  type ParameterKind,
  type ProbeOptions,
  parseModel,
  type RecipeSettings,
  type Recompute,
  type Safetensors,
  type StemShape,
  type StepMetrics,
  StoppedError,
  type TrainingData,
  type TrainingLength,
  type TrainOptions,
  type TrainSettings,
  train,
  type WeightLayerShape,
} from "./train/index.js";
