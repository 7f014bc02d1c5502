export { type RunInOrderOptions, runInOrder } from "./run-in-order.js";
export { type RunInWorkersOptions, runInWorkers } from "./run-in-workers.js";
export { type JobContext, worker } from "./worker.js";
