import type { PathLengthDistribution } from "../analytic/index.js";
import type { Comparison } from "../network/documents/verdict.js";
import type { ResultDocument } from "../network/documents.js";
import type { VarianceProfile } from "../network/variance-profile.js";
import { RESULT_KINDS } from "../plot/index.js";

/** What a notebook can show. */
export type Showable = ResultDocument | PathLengthDistribution | VarianceProfile | Comparison;

/** The value itself if a notebook can show it; undefined otherwise. */
export function showableOf(value: unknown): Showable | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const one = value as Showable;
  return isDocument(one) || isDistribution(one) || isProfile(one) || isComparison(one) ? one : undefined;
}

export function isDocument(value: Showable): value is ResultDocument {
  if (!("kind" in value && RESULT_KINDS.includes(value.kind))) return false;
  // A design without an answer has no picture.
  return value.kind !== "design" || value.comparison !== undefined;
}

export function isDistribution(value: Showable): value is PathLengthDistribution {
  return "support" in value && "pmf" in value && typeof value.pmf === "function";
}

export function isProfile(value: Showable): value is VarianceProfile {
  return "origin" in value && Array.isArray(value.skip) && Array.isArray(value.branch);
}

function isComparison(value: Showable): value is Comparison {
  return ["mean", "se", "theory", "z"].every(
    (field) => typeof (value as unknown as Record<string, unknown>)[field] === "number",
  );
}
