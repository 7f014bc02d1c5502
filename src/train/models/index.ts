export { MODEL_NAMES, type ModelOptions, parseModel } from "./parse-model.js";
export { readModel } from "./read-model.js";
export type { LayerDescription, StackDescription, StageDescription } from "./stack-description.js";
