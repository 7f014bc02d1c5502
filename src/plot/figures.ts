import { BRANCH_ACTIVATION_DEFINITIONS } from "../network/activations.js";
import type { LogNumber } from "../network/documents/comparison.js";
import type { SampledBlocks } from "../network/documents/sample/blocks.js";
import type { LengthsAtBlock, SampledLengths } from "../network/documents/sample/lengths.js";
import type { NetworkRecord } from "../network/documents/sample/network-record.js";
import type { Comparison, JudgedCurve } from "../network/documents/verdict.js";
import { curveRow } from "../network/judged-curve.js";
import { grouped, shortNumber, signedPercent } from "./labels.js";
import type { Table } from "./table.js";
import { marginWords, statusWords } from "./verdict-words.js";

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

/** Sampled numbers beside their theory, a row each, and curves by what tells most of them, in per cent of their prediction. */
export function tableOfComparisons(
  comparisons: Readonly<Record<string, Comparison>>,
  curves: readonly JudgedCurve[] = [],
): Table {
  const rows = [...Object.entries(comparisons).map(numberCells), ...curves.map(curveCells)];
  const columns = ["", "mean", "standard error", "theory", "z", "margin", "verdict"];
  const isJudged = rows.some((cells) => cells[5] !== NOTHING);
  const shown = isJudged ? columns.length : columns.length - 2;
  return { columns: columns.slice(0, shown), rows: rows.map((cells) => cells.slice(0, shown)) };
}

const NOTHING = "–";

function numberCells([name, comparison]: readonly [string, Comparison]): string[] {
  const { mean, se, theory, z, margin } = comparison;
  const within = margin === undefined ? NOTHING : marginWords(comparison);
  return [
    name,
    figure(mean),
    figure(se, 2),
    figure(theory),
    figure(z, 3),
    within,
    statusWords(comparison) || NOTHING,
  ];
}

function curveCells(curve: JudgedCurve): string[] {
  const { label, comparison } = curveRow(curve);
  const { mean, se, z, margin } = comparison;
  const within = margin === undefined ? NOTHING : marginWords({ ...comparison, margin: 100 * margin });
  const percent = (value: number, digits: number) => `${figure(100 * value, digits)} %`;
  return [
    label,
    signedPercent(mean),
    percent(se, 2),
    "0 %",
    figure(z, 3),
    `${within} %`,
    statusWords(comparison),
  ];
}

/** Path lengths by their names, those at other blocks too. */
export function lengthFigures(
  { atBlocks = [], ...lengths }: SampledLengths & { readonly atBlocks?: readonly LengthsAtBlock[] },
  side: "after" | "before",
): Readonly<Record<string, Comparison>> {
  const of = ({ meanLength, within }: SampledLengths, suffix = "") => [
    [`mean path length${suffix}`, meanLength],
    ...Object.entries(within).map(([k, one]) => [`P(K ≤ ${k})${suffix}`, one]),
  ];
  const rows = [...of(lengths), ...atBlocks.flatMap((at) => of(at, ` ${side} block ${grouped(at.block)}`))];
  return Object.fromEntries(rows);
}

/** What the variances by block of a sample come to, by name: slopes and averages, or the size at the end. */
export function growthFigures({
  slopes,
  averages,
  size,
  network,
}: Pick<SampledBlocks, "slopes" | "averages" | "size"> & {
  readonly network: Pick<NetworkRecord, "activation">;
}): Readonly<Record<string, Comparison>> {
  // Linear and odd branches have no batch mean.
  const hasMean = BRANCH_ACTIVATION_DEFINITIONS[network.activation]?.hasMean;
  return {
    ...(slopes ? { "slope of the skip variance": slopes.skip } : {}),
    ...(slopes && hasMean ? { "slope of the squared moving mean": slopes.movingMeanSquared } : {}),
    ...(averages
      ? {
          "branch variance, mean over blocks": averages.branch,
          "variance before the last block": averages.lastMovingVariance,
        }
      : {}),
    ...(size && !slopes ? { "second moment / its prediction": size } : {}),
  };
}
