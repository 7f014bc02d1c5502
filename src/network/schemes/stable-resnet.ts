import type { SchemeDefinition } from "./definition.js";

/** Stable ResNet with uniform scaling: branches divided by √L, so q_i = 1/(L+1) and K tends to Poisson(1). */
export const stableResnet: SchemeDefinition = {
  title: "Stable ResNet",
  source: "Hayou et al. 2021 (arXiv 2010.12859)",
  formula: "x + f(x)/√d",
  fraction: "1/(d+1)",
  law: "Binomial(d, q), tends to Poisson(1)",
  takes: [],
  training: {},
  block: () => ({
    normalizer: "none",
    skipScale: () => 1,
    branchScale: (_block, depth) => 1 / Math.sqrt(depth),
    uniform: true,
  }),
};
