export { differentiable, type Operation } from "./differentiable.js";
export { type LossAndGradients, lossAndGradients } from "./loss-and-gradients.js";
export { share } from "./share.js";
export type { Backward } from "./tape.js";
