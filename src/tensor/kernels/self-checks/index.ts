import { channelChecks } from "./channels.js";
import { convolutionChecks } from "./convolution.js";
import { fillNormalCheck } from "./fill-normal.js";
import { matMulCheck } from "./mat-mul.js";
import { samplingChecks } from "./sampling.js";
import type { SelfCheck } from "./self-check.js";
import { winogradChecks } from "./winograd.js";

/** Every kernel's check. A new kernel gets one here. */
export const selfChecks: readonly SelfCheck[] = [
  ...convolutionChecks,
  ...winogradChecks,
  matMulCheck,
  ...channelChecks,
  ...samplingChecks,
  fillNormalCheck,
];
