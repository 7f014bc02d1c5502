import type { ResidualScheme } from "../../network/scheme.js";

/** Pre-LN transformer of L layers: LayerNorm first in both branches of a layer, q_i = 1/(i+1), i = 1…2L. */
export const preLn: ResidualScheme = {
  name: "pre-ln",
  title: "pre-LN",
  source: "Xiong et al. 2020 (arXiv 2002.04745)",
  formula: "x + f(LN(x))",
  fraction: "1/(i+1)",
  law: "harmonic (Stirling numbers)",
  branchInput: "normalized",
  normalizer: "layer",
  skipScale: () => 1,
  branchScale: () => 1,
  uniform: true,
};
