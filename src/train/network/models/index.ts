export { MODEL_NAMES, type ModelOptions, parseModel } from "./parse-model.js";
export { readModel } from "./read-model.js";
export type {
  KernelSide,
  LayerDescription,
  LayerStride,
  LayerWidth,
  StackDescription,
  StageDescription,
  StemDescription,
} from "./stack-description.js";
