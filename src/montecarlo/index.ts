export { type ConvolutionalSampleOptions, sampleConvolutional } from "./convolutional.js";
export { JournalError } from "./journal.js";
export {
  type RunOptions,
  SAMPLE_QUANTITIES,
  type SampledImages,
  type SampleEstimate,
  type SampleOptions,
  type SampleQuantity,
} from "./options.js";
export { type NetworkOverrides, networkOf } from "./resolve-network.js";
export { sampleBackward } from "./sample-backward.js";
export { sampleBlockVariances, sampleNetworks } from "./sample-networks.js";
export { type SampleSizesOptions, sampleSizes } from "./sample-sizes.js";
export { SAMPLERS, type Sampler } from "./weight-layer.js";
