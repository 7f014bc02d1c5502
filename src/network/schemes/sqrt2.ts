import type { SchemeDefinition } from "./definition.js";

/** Divide by √2 after each merge: the variance stays 1, but q_i = 1/2 as without it. */
export const sqrt2: SchemeDefinition = {
  title: "divide by √2",
  otherNames: ["1/√2"],
  source: "De & Smith 2020 (arXiv 2002.10444), Table 2",
  formula: "(x + f(x))/√2",
  fraction: "1/2",
  law: "Binomial(d, 1/2)",
  takes: [],
  training: {},
  block: () => ({
    normalizer: "none",
    skipScale: () => Math.SQRT1_2,
    branchScale: () => Math.SQRT1_2,
    uniform: true,
  }),
};
