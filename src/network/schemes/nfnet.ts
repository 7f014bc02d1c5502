import { constant } from "../block-scale.js";
import type { SchemeDefinition } from "./definition.js";

const USUAL = constant(0.2);

/**
 * NF-ResNet: the branch divides its input by its expected standard deviation, so b_i = α² and the variance grows by
 * α² a block, to start at 1 again in a transition block. α = 0.2 if absent.
 */
export const nfnet: SchemeDefinition = {
  title: "NF-ResNet",
  source: "Brock, De & Smith 2021 (arXiv 2101.08692)",
  formula: "x + α f(x/√E Var x)",
  fraction: "α²/(1+iα²), i within the stage",
  law: "harmonic, offset 1/α², in one stage; Poisson-binomial in several",
  takes: ["alpha"],
  usualAlpha: USUAL,
  training: {},
  block: ({ alpha = USUAL }) => ({
    normalizer: "expected",
    skipScale: () => 1,
    branchScale: alpha.scale,
    uniform: alpha.uniform,
    alpha: alpha.text,
  }),
};
