import { constant } from "../block-scale.js";
import type { SchemeDefinition } from "./definition.js";

const USUAL = constant(0.1);

/** LayerScale: each feature of the branch times ε at initialisation, q_i = ε²/(1+ε²). ε = 0.1 if absent. */
export const layerscale: SchemeDefinition = {
  title: "LayerScale",
  source: "Touvron et al. 2021 (arXiv 2103.17239)",
  formula: "x + diag(ε) f(x)",
  fraction: "ε²/(1+ε²)",
  law: "Binomial(d, q)",
  takes: ["alpha"],
  usualAlpha: USUAL,
  training: { learns: "channels" },
  block: ({ alpha = USUAL }) => ({
    normalizer: "none",
    skipScale: () => 1,
    branchScale: alpha.scale,
    uniform: alpha.uniform,
    alpha: alpha.text,
  }),
};
