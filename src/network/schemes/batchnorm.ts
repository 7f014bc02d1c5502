import type { SchemeDefinition } from "./definition.js";

/** BatchNorm first in the branch: s_i = i, b_i = 1, hence q_i = 1/(i+1) for an input of variance 1. */
export const batchnorm: SchemeDefinition = {
  title: "BatchNorm",
  otherNames: ["BN", "batch normalization", "batch normalisation"],
  source: "De & Smith 2020 (arXiv 2002.10444), section 3",
  formula: "x + f(BN(x))",
  fraction: "1/(i+1)",
  law: "harmonic (Stirling numbers)",
  takes: [],
  training: {},
  block: () => ({
    normalizer: "batch",
    skipScale: () => 1,
    branchScale: () => 1,
    uniform: true,
  }),
};
