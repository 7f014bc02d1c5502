export { type RunInWorkersOptions, runInWorkers } from "./run-in-workers.js";
export {
  type TrainInWorkersOptions,
  type TrainingJob,
  type TrainProgress,
  trainInWorkers,
} from "./train-in-workers.js";
export { type JobContext, worker } from "./worker.js";
