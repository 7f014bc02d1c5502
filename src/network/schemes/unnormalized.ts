import type { SchemeDefinition } from "./definition.js";

/** No normaliser, variance-preserving weights: s_i = b_i = 2^{i−1}, q_i = 1/2. */
export const unnormalized: SchemeDefinition = {
  title: "unnormalised",
  source: "De & Smith 2020 (arXiv 2002.10444), section 3; SkipInit with α = 1 in Table 2",
  formula: "x + f(x)",
  fraction: "1/2",
  law: "Binomial(d, 1/2)",
  takes: [],
  /** Trained as SkipInit with α = 1 is (De & Smith 2020, Table 2). */
  training: { learns: "scalar" },
  block: () => ({
    normalizer: "none",
    skipScale: () => 1,
    branchScale: () => 1,
    uniform: true,
  }),
};
