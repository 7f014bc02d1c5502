import { channelChecks } from "./channels.js";
import { convolutionChecks } from "./convolution.js";
import { fillNormalCheck } from "./fill-normal.js";
import { matMulCheck } from "./mat-mul.js";
import { samplingChecks } from "./sampling.js";
import type { SelfCheck } from "./self-check.js";
import { softmaxCrossEntropyCheck } from "./softmax-cross-entropy.js";
import { winogradChecks } from "./winograd.js";
import { winogradFilterGradientCheck } from "./winograd-filter-gradient.js";

/** Every kernel's check. A new kernel gets one here. */
export const selfChecks: readonly SelfCheck[] = [
  ...convolutionChecks,
  ...winogradChecks,
  winogradFilterGradientCheck,
  matMulCheck,
  ...channelChecks,
  ...samplingChecks,
  fillNormalCheck,
  softmaxCrossEntropyCheck,
];
