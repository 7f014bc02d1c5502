import type { SchemeDefinition } from "./definition.js";

/** Fixup: the last weights of each branch start at 0, so q_i = 0 at initialisation. */
export const fixup: SchemeDefinition = {
  title: "Fixup",
  source: "Zhang, Dauphin & Ma 2019 (arXiv 1901.09321)",
  formula: "x + f(x), last weights of f 0",
  fraction: "0",
  law: "K = 0",
  takes: [],
  training: { fixup: true },
  block: () => ({
    normalizer: "none",
    skipScale: () => 1,
    branchScale: () => 0,
    uniform: true,
  }),
};
