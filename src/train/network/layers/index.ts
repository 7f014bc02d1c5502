export { channelFactors } from "./channel-factors.js";
export { classifier } from "./classifier.js";
export { dropout } from "./dropout.js";
export { frozenChain, frozenLinear } from "./frozen.js";
export {
  type Draw,
  FIRST_DRAW,
  type Frozen,
  type Layer,
  type MapLayer,
  type Mode,
  type Pass,
} from "./layer.js";
export { normalization } from "./normalization.js";
export { prepare } from "./preparation.js";
export { torchShape, weightLayer } from "./weight-layer.js";
