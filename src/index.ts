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
  type SweepView,
  writePlot,
} from "./plot/index.js";
export * from "./random/index.js";
export { type ValidateOptions, validate } from "./reproduce/index.js";
export { shareKernels } from "./tensor/kernels/index.js";
export {
  type Architecture,
  type ChosenParts,
  type DesignChoices,
  type DesignOptions,
  decodeSafetensors,
  designNetwork,
  encodeSafetensors,
  FIXUP_COMPONENTS,
  type FixupComponent,
  type GradientNormsOptions,
  type KernelSide,
  type LayerDescription,
  type LayerStride,
  type LayerWidth,
  type MeasureProfileOptions,
  MODEL_NAMES,
  type ModelOptions,
  type ModelSettings,
  type ModelSummaryOptions,
  measureProfile,
  type NamedTensor,
  type NetworkDesign,
  type NetworkProbe,
  NORM_POSITIONS,
  type NormPosition,
  PARAMETER_KINDS,
  type ParameterKind,
  type PredictedBlock,
  type PredictedProfile,
  type PredictedProfileOptions,
  type ProbeNetworkOptions,
  type ProbePlan,
  type ProbeSettings,
  parseModel,
  predictProfileOf,
  probeNetwork,
  type Recipe,
  type RecipeSettings,
  type Recompute,
  readModel,
  readProbes,
  type Safetensors,
  type StackDescription,
  type StageDescription,
  type StemDescription,
  type StepMetrics,
  StoppedError,
  summarizeModel,
  type TrainedParts,
  type TrainingData,
  type TrainingLength,
  type TrainOptions,
  type TrainSettings,
  train,
} from "./train/index.js";
