export type { CountedMoment } from "./field.js";
export { type BackwardPrediction, predictBackward, requireBackward } from "./predict-backward.js";
export {
  type NetworkMoments,
  type NetworkPrediction,
  type PredictNetworkOptions,
  predictNetwork,
} from "./predict-network.js";
export type { NetworkLaw } from "./shares-law.js";
