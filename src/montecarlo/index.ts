export {
  SAMPLE_QUANTITIES,
  SAMPLERS,
  type SampleQuantity,
  type Sampler,
  type SamplerChoice,
} from "../network/settings/sample-run.js";
export { type ConvolutionalSampleOptions, sampleConvolutional } from "./convolutional.js";
export { JournalError } from "./journal.js";
export type {
  RunOptions,
  SampledImages,
  SampleEstimate,
  SampleOptions,
} from "./options.js";
export { type NetworkOverrides, networkOf } from "./resolve-network.js";
export { sampleBackward } from "./sample-backward.js";
export { sampleBlockVariances, sampleNetworks } from "./sample-networks.js";
export { type SampleSizesOptions, sampleSizes } from "./sample-sizes.js";
