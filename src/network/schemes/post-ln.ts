import type { SchemeDefinition } from "./definition.js";

/** Post-LN transformer: LayerNorm after the merge returns the sum to 1, so q_i = 1/2 as with {@link sqrt2}. */
export const postLn: SchemeDefinition = {
  title: "post-LN",
  source: "Vaswani et al. 2017 (arXiv 1706.03762); Xiong et al. 2020 (arXiv 2002.04745)",
  formula: "LN(x + f(x))",
  fraction: "1/2",
  law: "Binomial(d, 1/2)",
  takes: [],
  training: { instead: "layernorm with `normPosition` merge" },
  block: () => ({
    normalizer: "none",
    normalizesMerge: true,
    skipScale: () => Math.SQRT1_2,
    branchScale: () => Math.SQRT1_2,
    uniform: true,
  }),
};
