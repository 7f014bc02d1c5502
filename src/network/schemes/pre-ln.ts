import type { SchemeDefinition } from "./definition.js";

/** Pre-LN transformer of L layers: LayerNorm first in both branches of a layer, q_i = 1/(i+1), i = 1…2L. */
export const preLn: SchemeDefinition = {
  title: "pre-LN",
  source: "Xiong et al. 2020 (arXiv 2002.04745)",
  formula: "x + f(LN(x))",
  fraction: "1/(i+1)",
  law: "harmonic (Stirling numbers)",
  takes: [],
  training: { instead: "layernorm with `normPosition` first" },
  block: () => ({
    normalizer: "layer",
    skipScale: () => 1,
    branchScale: () => 1,
    uniform: true,
  }),
};
