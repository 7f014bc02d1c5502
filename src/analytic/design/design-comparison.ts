import type { DesignDocument } from "../../network/documents/comparison.js";
import { resolveScheme } from "../../network/schemes/index.js";
import type { InputOptions } from "../moments/input-variance.js";
import { compareSchemes } from "./compare-schemes.js";

/** What a design is shown among. */
const BESIDE = ["batchnorm", "skipinit", "sqrt2", "unnormalized", "fixup"] as const;
/** Deeper networks are not compared: profiles are lists of their blocks. */
const DEEPEST = 100_000;

/**
 * A design with the comparison of schemes at its depth: the network it found first, where there is one, then BatchNorm,
 * SkipInit 1/√d, divide by √2, unnormalised and Fixup. The answer itself does not depend on the input. Unchanged beyond 100,000 blocks and where no depth was found.
 *
 * @example
 * ```ts
 * const design = compareDesign(largestAlpha({ depth: 1000, within: 15, probability: 0.97 }));
 * design.comparison.schemes.length; // 6
 * ```
 */
export function compareDesign(design: DesignDocument, input: InputOptions = {}): DesignDocument {
  const { depth, alpha, within } = design;
  if (depth === null || depth > DEEPEST) return design;
  const text = alpha === null ? "" : String(Number(alpha.toPrecision(6)));
  const found = alpha === null ? [] : [resolveScheme("skipinit", { text, scale: () => alpha })];
  const schemes = [...found, ...BESIDE.map((name) => resolveScheme(name))];
  return { ...design, comparison: compareSchemes({ schemes, depth, within, ...input }) };
}
