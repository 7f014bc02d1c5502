import type { ResidualScheme } from "../../network/scheme.js";
import { type Alpha, constant } from "./scale.js";

/**
 * NF-ResNet: the branch divides its input by its expected standard deviation, so b_i = α² and the variance grows by
 * α² a block, to start at 1 again in a transition block. α = 0.2 if absent.
 */
export function nfnet({ alpha = constant(0.2) }: { readonly alpha?: Alpha } = {}): ResidualScheme {
  return {
    name: "nfnet",
    title: `NF-ResNet ${alpha.text}`,
    source: "Brock, De & Smith 2021 (arXiv 2101.08692)",
    formula: "x + α f(x/√E Var x)",
    fraction: "α²/(1+iα²), i within the stage",
    law: "harmonic, offset 1/α², in one stage; Poisson-binomial in several",
    branchInput: "normalized",
    normalizer: "expected",
    skipScale: () => 1,
    branchScale: alpha.scale,
    uniform: alpha.uniform,
    alpha: alpha.text,
  };
}
