import type { SchemeDefinition } from "./definition.js";

/** ReZero: α = 0 at initialisation, so q_i = 0 and no path enters a branch. */
export const rezero: SchemeDefinition = {
  title: "ReZero",
  source: "Bachlechner et al. 2020 (arXiv 2003.04887)",
  formula: "x + α f(x), α = 0",
  fraction: "0",
  law: "K = 0",
  takes: [],
  training: { learns: "scalar" },
  block: () => ({
    normalizer: "none",
    skipScale: () => 1,
    branchScale: () => 0,
    uniform: true,
  }),
};
