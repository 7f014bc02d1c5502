import type { JudgedNumber } from "../compare/verdict.js";
import type { ClaimNumber } from "../network/documents.js";

/** A compared number as a row of the report. */
export function comparisonRow({ label, comparison }: JudgedNumber): ClaimNumber {
  const { mean, se, theory, z } = comparison;
  return { label, value: mean, se, theory, z };
}
