import type { LogNumber } from "../network/documents/comparison.js";
import type { Comparison } from "../network/documents/verdict.js";
import { grouped, shortNumber } from "./labels.js";
import type { Table } from "./table.js";

const DIGITS = 6;
/** Whole numbers from here on are shown as powers of ten: their digits would not fit. */
export const FAR = 1e7;

/** A number to a few digits; what is not there, or beyond float64, as a dash. */
export function figure(value: number | null | undefined, digits = DIGITS): string {
  return value === null || value === undefined || Number.isNaN(value) ? "–" : shortNumber(value, digits);
}

/** A number that float64 may not hold, then as a power of ten. */
export function logFigure({ value, log10 }: LogNumber): string {
  return value === null && log10 !== null ? `10^${shortNumber(log10, 5)}` : figure(value, 4);
}

/** A whole number in full, or as a power of ten when that is too long. */
export function countOf(count: number): string {
  return Math.abs(count) < FAR ? grouped(count) : shortNumber(count, 4);
}

/** Figures by their names, in one row. */
export function oneRow(figures: Readonly<Record<string, string>>): Table {
  return { columns: Object.keys(figures), rows: [Object.values(figures)] };
}

/** Sampled numbers beside their theory, a row each. */
export function tableOfComparisons(comparisons: Readonly<Record<string, Comparison>>): Table {
  return {
    columns: ["", "mean", "standard error", "theory", "z"],
    rows: Object.entries(comparisons).map(([name, { mean, se, theory, z }]) => [
      name,
      figure(mean),
      figure(se, 2),
      figure(theory),
      figure(z, 3),
    ]),
  };
}

/** Comparisons of P(K ≤ k) by their names. */
export function probabilities(
  within: Readonly<Record<string, Comparison>>,
): Readonly<Record<string, Comparison>> {
  return Object.fromEntries(Object.entries(within).map(([k, one]) => [`P(K ≤ ${k})`, one]));
}
