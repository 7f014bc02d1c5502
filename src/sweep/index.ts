export { type RunInWorkersOptions, runInWorkers } from "./run-in-workers.js";
export { type JobContext, worker } from "./worker.js";
