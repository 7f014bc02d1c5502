import { constant } from "../block-scale.js";
import type { SchemeDefinition } from "./definition.js";

/** A scheme of one's own: the scales of both paths, 1 if absent, and BatchNorm in the branch if `normalized`. */
export const custom: SchemeDefinition = {
  title: "custom",
  source: "given by --alpha, --skip and --normalized",
  formula: "β x + α f(x), or β x + α f(BN(x))",
  fraction: "from the expressions",
  law: "Poisson-binomial(q)",
  takes: ["alpha", "skip", "normalized"],
  training: {},
  block: (settings) => {
    const { alpha = constant(1), skip = constant(1), normalized = false } = settings;
    return {
      normalizer: normalized ? "batch" : "none",
      skipScale: skip.scale,
      branchScale: alpha.scale,
      uniform: alpha.uniform && skip.uniform,
      alpha: alpha.text,
      ...(settings.skip ? { skip: skip.text } : {}),
    };
  },
};
