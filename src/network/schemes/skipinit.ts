import type { Alpha } from "../block-scale.js";
import type { SchemeDefinition } from "./definition.js";

const USUAL: Alpha = {
  scale: (_block, depth) => 1 / Math.sqrt(depth),
  text: "1/sqrt(d)",
  uniform: true,
};

/** SkipInit: a scalar α at the end of each branch, q_i = α²/(1+α²). Its default is α = 1/√d. */
export const skipinit: SchemeDefinition = {
  title: "SkipInit",
  source: "De & Smith 2020 (arXiv 2002.10444), section 4",
  formula: "x + α f(x)",
  fraction: "α²/(1+α²); 1/(d+1) for α = 1/√d",
  law: "Binomial(d, q), Poisson(1) for α = 1/√d",
  takes: ["alpha"],
  usualAlpha: USUAL,
  training: { learns: "scalar" },
  block: ({ alpha = USUAL }) => ({
    normalizer: "none",
    skipScale: () => 1,
    branchScale: alpha.scale,
    uniform: alpha.uniform,
    alpha: alpha.text,
  }),
};
