export type { Judgement } from "../network/settings/judgement.js";
export {
  SAMPLE_QUANTITIES,
  SAMPLERS,
  type SampleQuantity,
  type Sampler,
  type SamplerChoice,
} from "../network/settings/sample-run.js";
export { type NetworkOverrides, networkOf } from "./network/resolve-network.js";
export { JournalError } from "./sample/journal.js";
export type {
  RunOptions,
  SampledImages,
  SampleEstimate,
  SampleOptions,
} from "./sample/options.js";
export { sampleBackward } from "./sample/sample-backward.js";
export { sampleBlockVariances, sampleNetworks } from "./sample/sample-networks.js";
export { type SampleSizesOptions, sampleSizes } from "./sample/sample-sizes.js";
