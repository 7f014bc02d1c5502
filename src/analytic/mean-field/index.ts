export type { FieldMoments } from "./field.js";
export { type BackwardPrediction, predictBackward, requireBackward } from "./predict-backward.js";
export type { BlockPredictions, NetworkMoments } from "./predict-blocks.js";
export {
  type NetworkPrediction,
  type PredictNetworkOptions,
  predictNetwork,
} from "./predict-network.js";
export {
  type PlannedMoments,
  type PlannedOptions,
  type PlannedPrediction,
  predictPlanned,
} from "./predict-planned.js";
export type { NetworkLaw } from "./shares-law.js";
