import { type Alpha, type BlockScale, constant } from "../block-scale.js";
import { InvalidArgumentError } from "../errors.js";
import type { SchemeDefinition } from "./definition.js";

/** Linear decay to ½ at the last block. */
const DECAY: Alpha = { scale: (block, depth) => 1 - (0.5 * block) / depth, text: "1-0.5*i/d" };

/**
 * Stochastic depth in training: block i keeps its branch with probability p_i, 1 − i/(2d) if absent. The branch starts
 * with BatchNorm unless `normalized` is false; `alpha` scales it.
 */
export const stochasticDepth: SchemeDefinition = {
  title: "stochastic depth",
  source: "Huang et al. 2016 (arXiv 1603.09382)",
  formula: "x + m f(BN(x)), m = 1 with probability p_i, else 0",
  fraction: "m/(n+2) after n kept branches; m/2 without BN",
  law: "mixture of harmonic laws over masks; Poisson-binomial(p_i q_i) without BN",
  takes: ["alpha", "survival", "normalized"],
  training: {},
  block: (settings) => {
    const { survival = DECAY, alpha = constant(1), normalized = true } = settings;
    return {
      normalizer: normalized ? "batch" : "none",
      skipScale: () => 1,
      branchScale: alpha.scale,
      survival: probability(survival),
      uniform: alpha.uniform && survival.uniform,
      ...(settings.alpha ? { alpha: alpha.text } : {}),
      survivalText: survival.text,
    };
  },
};

function probability({ scale, text }: Alpha): BlockScale {
  return (...at) => {
    const value = scale(...at);
    if (value >= 0 && value <= 1) return value;
    const allowed = `a probability between 0 and 1 at every block (at block ${at[0]} of ${at[1]} it is ${value})`;
    throw new InvalidArgumentError("survival", text, allowed);
  };
}
