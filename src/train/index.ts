export type { StepMetrics } from "../network/documents.js";
export type { Recompute } from "../network/settings/computation.js";
export {
  type DesignChoices,
  FIXUP_COMPONENTS,
  type FixupComponent,
  NORM_POSITIONS,
  type NormPosition,
} from "../network/settings/design-choices.js";
export { SCHEDULES, type ScheduleName } from "../network/settings/learning-rate.js";
export type { ProbeSettings } from "../network/settings/probes.js";
export {
  PARAMETER_KINDS,
  type ParameterKind,
  type Recipe,
  type RecipeSettings,
} from "../network/settings/recipe.js";
export type { TrainingLength } from "../network/settings/training-length.js";
export { readProbes } from "./folder/probe-file.js";
export type { TrainingData } from "./folder/training-data.js";
export type {
  Architecture,
  BlockShape,
  StemShape,
  WeightLayerShape,
} from "./network/architecture.js";
export { type DesignOptions, designNetwork, type NetworkDesign } from "./network/design.js";
export type { ChosenParts } from "./network/design-choices.js";
export {
  LARGEST_HEAP,
  type MemoryOptions,
  OutOfMemoryError,
  trainingBytes,
} from "./network/memory.js";
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
} from "./network/models/index.js";
export type { MovingStatistics } from "./network/moving-statistics.js";
export { createNetwork, type ForwardOptions, type Network, type NetworkOptions } from "./network/network.js";
export type { BlockListener, BlockPaths, Piece } from "./network/piece.js";
export type { TrainedParts } from "./network/trained-parts.js";
export type { ProbePlan } from "./plan/probe-plan.js";
export { type ModelSettings, planTraining, type TrainPlan, type TrainSettings } from "./plan/train-plan.js";
export { type MeasureProfileOptions, measureProfile } from "./probe/measure-profile.js";
export {
  type PredictedBlock,
  type PredictedProfile,
  type PredictedProfileOptions,
  predictProfileOf,
} from "./probe/predicted-profile.js";
export type { GradientNormsOptions } from "./probe/probe-gradients.js";
export { type NetworkProbe, type ProbeNetworkOptions, probeNetwork } from "./probe/probe-network.js";
export { type ModelSummaryOptions, summarizeModel } from "./run/model-summary.js";
export { type JudgeOptions, judgeOutcome, type Outcome } from "./run/outcome.js";
export { StoppedError } from "./run/stopped.js";
export { train } from "./run/train.js";
export type { TrainOptions } from "./run/train-options.js";
export { type GhostBatch, ghostBatches } from "./step/ghost-batches.js";
export type { StepResult } from "./step/gradient-sum.js";
export type { LabelledBatch } from "./step/labelled-batch.js";
export { Optimizer, type OptimizerOptions } from "./step/optimizer.js";
export { planRecipe } from "./step/recipe.js";
export type { ReplicaOptions } from "./step/replica.js";
export { learningRateSchedule, type ScheduleOptions } from "./step/schedule.js";
export { Team, type TeamOptions } from "./team/team.js";
export {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type Safetensors,
  weightsSha256,
} from "./weights/index.js";
