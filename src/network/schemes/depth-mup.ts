import type { SchemeDefinition } from "./definition.js";

/** Depth-μP: branches divided by √L, L the number of branches, so q_i = 1/(L+1) and K tends to Poisson(1). */
export const depthMup: SchemeDefinition = {
  title: "depth-μP",
  source: "Yang, Yu, Zhu & Hayou 2023 (arXiv 2310.02244)",
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
