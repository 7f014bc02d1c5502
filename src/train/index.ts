export type { StepMetrics } from "../network/documents.js";
export {
  type DesignChoices,
  FIXUP_COMPONENTS,
  type FixupComponent,
  NORM_POSITIONS,
  type NormPosition,
} from "../network/settings/design-choices.js";
export { SCHEDULES, type ScheduleName } from "../network/settings/learning-rate.js";
export {
  PARAMETER_KINDS,
  type ParameterKind,
  type Recipe,
  type RecipeSettings,
} from "../network/settings/recipe.js";
export type { TrainingLength } from "../network/settings/training-length.js";
export type {
  Architecture,
  BlockShape,
  StemShape,
  WeightLayerShape,
} from "./architecture.js";
export { type DesignOptions, designNetwork, type NetworkDesign } from "./design.js";
export type { ChosenParts } from "./design-choices.js";
export { type GhostBatch, ghostBatches } from "./ghost-batches.js";
export type { StepResult } from "./gradient-sum.js";
export type { LabelledBatch } from "./labelled-batch.js";
export { type MeasureProfileOptions, measureProfile } from "./measure-profile.js";
export {
  LARGEST_HEAP,
  type MemoryOptions,
  OutOfMemoryError,
  type Recompute,
  trainingBytes,
} from "./memory.js";
export { type ModelSummaryOptions, summarizeModel } from "./model-summary.js";
export {
  type KernelSide,
  type LayerDescription,
  type LayerStride,
  type LayerWidth,
  MODEL_NAMES,
  type ModelOptions,
  parseModel,
  readModel,
  type StackDescription,
  type StageDescription,
  type StemDescription,
} from "./models/index.js";
export type { MovingStatistics } from "./moving-statistics.js";
export { createNetwork, type ForwardOptions, type Network, type NetworkOptions } from "./network.js";
export { Optimizer, type OptimizerOptions } from "./optimizer.js";
export { type JudgeOptions, judgeOutcome, type Outcome } from "./outcome.js";
export type { BlockListener, BlockPaths, Piece } from "./piece.js";
export {
  type PredictedBlock,
  type PredictedProfile,
  type PredictedProfileOptions,
  predictProfileOf,
} from "./predicted-profile.js";
export { readProbes } from "./probe-file.js";
export type { GradientNormsOptions } from "./probe-gradients.js";
export { type NetworkProbe, type ProbeNetworkOptions, probeNetwork } from "./probe-network.js";
export type { ProbePlan, ProbeSettings } from "./probe-plan.js";
export { planRecipe } from "./recipe.js";
export type { ReplicaOptions } from "./replica.js";
export { learningRateSchedule, type ScheduleOptions } from "./schedule.js";
export { StoppedError } from "./stopped.js";
export { Team, type TeamOptions } from "./team.js";
export { train } from "./train.js";
export type { TrainOptions } from "./train-options.js";
export { type ModelSettings, planTraining, type TrainPlan, type TrainSettings } from "./train-plan.js";
export type { TrainedParts } from "./trained-parts.js";
export type { TrainingData } from "./training-data.js";
export {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type Safetensors,
  weightsSha256,
} from "./weights/index.js";
