export { type Architecture, type BlockShape, parseModel } from "./architecture.js";
export { LARGEST_HEAP, type MemoryOptions, OutOfMemoryError, trainingBytes } from "./memory.js";
export { type JudgeOptions, judgeOutcome, type Outcome } from "./outcome.js";
export { planTraining, type TrainPlan, type TrainSettings } from "./plan.js";
export { measureProfile, type ProbeOptions } from "./probe.js";
export type { StepMetrics } from "./run-files.js";
export { learningRateSchedule, SCHEDULES, type ScheduleName, type ScheduleOptions } from "./schedule.js";
export { StoppedError, type TrainingData, type TrainOptions, train } from "./train.js";
export {
  type LabelledBatch,
  Optimizer,
  type OptimizerOptions,
  type StepResult,
} from "./training-step.js";
export {
  type BlockPaths,
  createWideResNet,
  type ForwardOptions,
  type Network,
  type WideResNetOptions,
} from "./wide-resnet.js";
