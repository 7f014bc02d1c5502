export { type Entry, readEntries, velocityEntries, weightEntries, writeEntries } from "./entries.js";
export { dropPrefix } from "./prefix.js";
export {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type Safetensors,
} from "./safetensors.js";
export {
  encodeWeights,
  readBytes,
  readWeights,
  tensorsSha256,
  type WeightsFile,
  weightsSha256,
} from "./weights-file.js";
