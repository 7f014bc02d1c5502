import type { ResidualScheme } from "../../network/scheme.js";

/** Divide by √2 after each merge: the variance stays 1, but q_i = 1/2 as without it. */
export const sqrt2: ResidualScheme = {
  name: "sqrt2",
  title: "divide by √2",
  source: "De & Smith 2020 (arXiv 2002.10444), Table 2",
  formula: "(x + f(x))/√2",
  fraction: "1/2",
  law: "Binomial(d, 1/2)",
  branchInput: "raw",
  skipScale: () => Math.SQRT1_2,
  branchScale: () => Math.SQRT1_2,
  uniform: true,
};
