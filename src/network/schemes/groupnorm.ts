import type { SchemeDefinition } from "./definition.js";

/**
 * GroupNorm first in the branch: each group of an input's features has mean 0 and second moment 1, so that b_i = 1 and
 * q_i = 1/(i+1) in second moments, as with {@link layernorm}.
 *
 * The features of one input are independent over the weights and have mean 0, so that the mean over a group of m of them
 * (m·H·W numbers of a map) is 1/m of the second moment at most: in wide groups nothing is taken out, and the law is
 * LayerNorm's.
 */
export const groupnorm: SchemeDefinition = {
  title: "GroupNorm",
  otherNames: ["GN", "group normalization", "group normalisation"],
  source: "Wu & He 2018 (arXiv 1803.08494)",
  formula: "x + f(GN(x))",
  fraction: "1/(i+1)",
  law: "harmonic (Stirling numbers)",
  takes: [],
  training: {},
  block: () => ({
    normalizer: "group",
    skipScale: () => 1,
    branchScale: () => 1,
    uniform: true,
  }),
};
