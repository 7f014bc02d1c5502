import type { ResidualScheme } from "../../network/scheme.js";
import { type Alpha, constant } from "./scale.js";

/** LayerScale: each feature of the branch times ε at initialisation, q_i = ε²/(1+ε²). ε = 0.1 if absent. */
export function layerscale({ alpha = constant(0.1) }: { readonly alpha?: Alpha } = {}): ResidualScheme {
  return {
    name: "layerscale",
    title: `LayerScale ${alpha.text}`,
    source: "Touvron et al. 2021 (arXiv 2103.17239)",
    formula: "x + diag(ε) f(x)",
    fraction: "ε²/(1+ε²)",
    law: "Binomial(d, q)",
    branchInput: "raw",
    skipScale: () => 1,
    branchScale: alpha.scale,
    uniform: alpha.uniform,
    alpha: alpha.text,
  };
}
