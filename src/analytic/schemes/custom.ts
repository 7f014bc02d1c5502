import type { ResidualScheme } from "../../network/scheme.js";
import { constant, type SchemeSettings } from "./scale.js";

/** A scheme of one's own: the scales of both paths, 1 if absent, and BatchNorm in the branch if `normalized`. */
export function custom(settings: Omit<SchemeSettings, "survival"> = {}): ResidualScheme {
  const { alpha = constant(1), skip = constant(1), normalized = false } = settings;
  return {
    name: "custom",
    title: `custom ${alpha.text}${settings.skip ? `, skip ${skip.text}` : ""}`,
    source: "given by --alpha, --skip and --normalized",
    formula: "β x + α f(x), or β x + α f(BN(x))",
    fraction: "from the expressions",
    law: "Poisson-binomial(q)",
    branchInput: normalized ? "normalized" : "raw",
    ...(normalized ? { normalizer: "batch" as const } : {}),
    skipScale: skip.scale,
    branchScale: alpha.scale,
    uniform: alpha.uniform && skip.uniform,
    alpha: alpha.text,
    ...(settings.skip ? { skip: skip.text } : {}),
  };
}
