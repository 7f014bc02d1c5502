import type { Alpha, BlockScale } from "../block-scale.js";
import type { SchemeDefinition } from "./definition.js";

/** (2N)^{1/4} and (8N)^{−1/4} for N layers of two branches, d = 2N. */
const SKIP: Alpha = { scale: (_i, depth) => depth ** 0.25, text: "d^0.25", uniform: true };
const GAIN: Alpha = { scale: (_i, depth) => (4 * depth) ** -0.25, text: "(4*d)^-0.25", uniform: true };

/**
 * DeepNorm of an encoder of N layers, d = 2N branches: the skip path times (2N)^{1/4}, a branch of gain (8N)^{−1/4},
 * and LayerNorm after the merge. `alpha` is the gain of the whole branch, `skip` the factor before LayerNorm.
 */
export const deepnorm: SchemeDefinition = {
  title: "DeepNorm",
  source: "Wang et al. 2022 (arXiv 2203.00555)",
  formula: "LN(β x + α f(x)), β = (2N)^{1/4}, α = (8N)^{−1/4}, d = 2N",
  fraction: "α²/(α²+β²) = 1/(1+2d)",
  law: "Binomial(d, q)",
  takes: ["alpha", "skip"],
  training: { instead: null },
  block: ({ alpha, skip }) => {
    const [kept, gain] = [skip ?? SKIP, alpha ?? GAIN];
    const divided =
      (own: BlockScale): BlockScale =>
      (...at) =>
        own(...at) / Math.hypot(kept.scale(...at), gain.scale(...at));
    return {
      normalizer: "none",
      normalizesMerge: true,
      skipScale: divided(kept.scale),
      branchScale: divided(gain.scale),
      uniform: kept.uniform && gain.uniform,
      ...(alpha ? { alpha: alpha.text } : {}),
      ...(skip ? { skip: skip.text } : {}),
    };
  },
};
