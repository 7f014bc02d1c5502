export { type ConvolutionalSampleOptions, sampleConvolutional } from "./convolutional.js";
export type { SampleOptions } from "./options.js";
export { sampleNetworks } from "./sample-networks.js";
