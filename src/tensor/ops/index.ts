export { type AddBiasOptions, addBias } from "./add-bias.js";
export { affine, batchNorm } from "./batch-norm.js";
export {
  affineRelu,
  type BatchNormReluOptions,
  batchNormRelu,
  channelStatistics,
  type NormalizedBatch,
} from "./batch-norm-relu.js";
export { type BiasedReluOptions, biasedRelu } from "./biased-relu.js";
export { type ChannelAffineOptions, channelAffine } from "./channel-affine.js";
export { channelMeans } from "./channel-means.js";
export { type ChannelScaleOptions, channelScale } from "./channel-scale.js";
export { type Conv2dOptions, conv2d } from "./conv2d.js";
export { type DenseOptions, dense } from "./dense.js";
export { flatten } from "./flatten.js";
export {
  applyFrozenMap,
  channelFactors,
  type FreezeMapOptions,
  type FrozenMap,
  freezeMap,
  type GroupFactorsOptions,
  groupFactors,
  type MapCentring,
} from "./frozen-map.js";
export { globalAveragePool } from "./global-average-pool.js";
export { groupNorm } from "./group-norm.js";
export { masked } from "./masked.js";
export { maxPool } from "./max-pool.js";
export {
  BATCH_NORM_EPSILON,
  type ChannelStatistics,
  type GroupNormOptions,
  type NormalizationOptions,
} from "./normalization.js";
export { relu } from "./relu.js";
export { type ScaledAddOptions, scaledAdd } from "./scaled-add.js";
export { type SgdMomentumOptions, sgdMomentumUpdate } from "./sgd-momentum-update.js";
export {
  type Classification,
  type SoftmaxCrossEntropyOptions,
  softmaxCrossEntropy,
} from "./softmax-cross-entropy.js";
export {
  type StandardizedFilterOptions,
  standardizedFilter,
  WEIGHT_STANDARDIZATION_EPSILON,
} from "./standardized-filter.js";
export { unchanged } from "./unchanged.js";
