export { BACKENDS, type BackendName, startTensors, tf } from "./backend.js";
export { type LossAndGradients, lossAndGradients } from "./loss-and-gradients.js";
export * from "./ops/index.js";
