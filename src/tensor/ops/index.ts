export {
  affineRelu,
  type BatchNormReluOptions,
  batchNormRelu,
  channelStatistics,
  type NormalizedBatch,
} from "./batch-norm-relu.js";
export { type ChannelAffineOptions, channelAffine } from "./channel-affine.js";
export { channelMeans } from "./channel-means.js";
export { type Conv2dOptions, conv2d } from "./conv2d.js";
export { type DenseOptions, dense } from "./dense.js";
export { globalAveragePool } from "./global-average-pool.js";
export { BATCH_NORM_EPSILON, type ChannelStatistics, type NormalizationOptions } from "./normalization.js";
export { relu } from "./relu.js";
export { type ScaledAddOptions, scaledAdd } from "./scaled-add.js";
export { type SgdMomentumOptions, sgdMomentumUpdate } from "./sgd-momentum-update.js";
export {
  type Classification,
  type SoftmaxCrossEntropyOptions,
  softmaxCrossEntropy,
} from "./softmax-cross-entropy.js";
