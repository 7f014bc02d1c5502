import type { SchemeDefinition } from "./definition.js";

/**
 * LayerNorm first in the branch: each input has second moment 1 over its features, so that b_i = 1 and q_i = 1/(i+1) in second
 * moments; the batch mean that ReLU branches add stays. Of a convolutional network, over all features and positions.
 */
export const layernorm: SchemeDefinition = {
  title: "LayerNorm",
  otherNames: ["LN", "layer normalization", "layer normalisation"],
  source: "Ba, Kiros & Hinton 2016 (arXiv 1607.06450)",
  formula: "x + f(LN(x))",
  fraction: "1/(i+1)",
  law: "harmonic (Stirling numbers)",
  takes: [],
  training: {},
  block: () => ({
    normalizer: "layer",
    skipScale: () => 1,
    branchScale: () => 1,
    uniform: true,
  }),
};
