// The kernels as AssemblyScript (https://www.assemblyscript.org): TypeScript's syntax, WebAssembly's types. They work on
// the heap of tfjs's wasm backend, whose memory they import; a pointer is a byte offset into it. Nothing here allocates
// or holds static data (the heap is not ours): the caller passes scratch memory.

export { affineRelu } from "./affine-relu";
export { batchNormReluGradient } from "./batch-norm-relu-gradient";
export { channelMoments } from "./channel-moments";
export { channelScratch } from "./channels";
export { applyFactors, componentPass, componentScratch, packedFloats, packWeights } from "./component-pass";
export { conv2d, convolution, convolutionScratch } from "./conv2d";
export { conv2dBackpropFilter } from "./conv2d-backprop-filter";
export { conv2dBackpropInput } from "./conv2d-backprop-input";
export { factorGram, factorGramScratch } from "./factor-gram";
export { featureMoments, rowVariance } from "./feature-moments";
export { fillNormal } from "./fill-normal";
export { freezeGates } from "./freeze-gates";
export { globalAveragePool, globalAveragePoolGradient } from "./global-average-pool";
export { matMul, matMulScratch } from "./mat-mul";
export { multiplyAddPeak, multiplyAddPeakScratch } from "./multiply-add-peak";
export {
  conv2dBackpropFilterPointwise,
  conv2dBackpropInputPointwise,
  conv2dPointwise,
  pointwiseScratch,
} from "./pointwise";
export { relu, reluGradient } from "./relu";
export { scale, scaledAdd, scaleGradient } from "./scaled-add";
export { sgdMomentum } from "./sgd-momentum";
export { softmaxCrossEntropy } from "./softmax-cross-entropy";
export { oneNumber, zeroNumber } from "./vector";
export { conv2dBackpropInputWinograd, conv2dWinograd, winogradScratch } from "./winograd-convolution";
export {
  conv2dBackpropFilterWinograd,
  conv2dBackpropFilterWinogradScratch,
} from "./winograd-filter-gradient";
