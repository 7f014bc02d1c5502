import type { BlockScale, ResidualScheme } from "../../network/scheme.js";

/** SkipInit: a scalar α at the end of each branch, q_i = α²/(1+α²). Its default is α = 1/√d. */
export function skipinit(
  alpha: BlockScale = (_block, depth) => 1 / Math.sqrt(depth),
  text = "1/sqrt(d)",
): ResidualScheme {
  return {
    name: "skipinit",
    title: `SkipInit ${text}`,
    source: "De & Smith 2020 (arXiv 2002.10444), section 4",
    branchInput: "raw",
    skipScale: () => 1,
    branchScale: alpha,
    alpha: text,
  };
}
