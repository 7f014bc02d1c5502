export { activation, normalizedActivation } from "./activation.js";
export { classifier } from "./classifier.js";
export { convolution } from "./convolution.js";
export type { Layer, MapLayer, Mode, Pass } from "./layer.js";
