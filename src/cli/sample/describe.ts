import { BRANCH_ACTIVATION_DEFINITIONS } from "../../network/activations.js";
import type { BackwardSampleDocument } from "../../network/documents/sample/backward-sample.js";
import type { SampleExtrapolationDocument } from "../../network/documents/sample/extrapolation.js";
import type { NetworkRecord } from "../../network/documents/sample/network-record.js";
import type { SampleDocument } from "../../network/documents/sample/path-sample.js";
import type { VarianceSampleDocument } from "../../network/documents/sample/variance-sample.js";
import type { Comparison, JudgedCurve, Verdict } from "../../network/documents/verdict.js";
import { largest } from "../../network/extremes.js";
import { curveRow } from "../../network/judged-curve.js";
import { hasPointBeyond, hasShareBeyond, SHARES_FOOTNOTE } from "../../network/share-footnote.js";
import { statusLabel, withBias } from "../../network/verdict-label.js";
import { grouped, withError, withoutSignOfZero } from "../output.js";
import { verdictLine } from "../verdict-line.js";

type Row = readonly [label: string, comparison: Comparison];

/** A sample as a table of its numbers beside their theory, and its verdict. */
export function describeSample(sample: SampleDocument, title: string): string {
  const rows: Row[] = [
    ["mean length", sample.meanLength],
    ...withinRows(sample.within),
    ...lengthRows(sample.atBlocks, "after block"),
    ...growthRows(sample),
    ...sizeRows(sample),
  ];
  return lines({
    ...sample,
    title: `${settings(sample, title)} (${sample.attribution} shares)`,
    rows,
    lengths: sample,
  });
}

/** A sample without path lengths. */
export function describeVarianceSample(sample: VarianceSampleDocument, title: string): string {
  const { averages } = sample;
  const rows: Row[] = [
    ...growthRows(sample),
    ...(averages
      ? ([
          ["branch variance, mean over blocks", averages.branch],
          ["variance before the last block", averages.lastMovingVariance],
        ] as Row[])
      : []),
    ...sizeRows(sample),
  ];
  return lines({ ...sample, title: `${settings(sample, title)} (${sample.sampler} sampler)`, rows });
}

/** A gradient sent back: its growth, and the branches that it came back through. */
export function describeBackwardSample(sample: BackwardSampleDocument, title: string): string {
  const rows: Row[] = [
    ["squared gradient norm / its prediction", sample.growth],
    ["mean length", sample.meanLength],
    ...withinRows(sample.within),
    ...lengthRows(sample.atBlocks, "before block"),
  ];
  return lines({
    ...sample,
    title: `${settings(sample, title)} (gradients from the output back)`,
    rows,
    lengths: sample,
  });
}

/** The numbers at every size, the limit that they tend to, and how fast. */
export function describeExtrapolation(document: SampleExtrapolationDocument, title: string): string {
  const { along, sizes, trials, network, numbers, verdict } = document;
  const fixed = along === "width" ? `batch ${network.batch}` : `width ${network.width}`;
  const table = numbers.flatMap(({ label, points, limit, slope, slopeError, chiSquare }) => [
    // What is not judged is shown without the margin that it might be judged by.
    ...rowsOf(
      points.map(({ margin: _, ...point }, i): Row => [`${label}, ${along} ${grouped(sizes[i])}`, point]),
    ),
    ...rowsOf([[`${label}, ${along} → ∞`, limit]]),
    [`  moves by (${withError(slope, slopeError)})/${along}${fitOf(chiSquare, sizes.length - 2)}`],
  ]);
  const counts = [...new Set(trials)].map(grouped).join(", ");
  return [
    `${title}, ${grouped(network.depth)} blocks, ${network.activation} branches, ${[...inputOf(network), fixed].join(", ")}, ${counts} networks each`,
    ...aligned([HEADINGS, ...table]),
    ...(numbers.some(hasPointBeyond) ? [SHARES_FOOTNOTE] : []),
    verdictLine(verdict),
    ...notJudgedLine(verdict),
  ].join("\n");
}

/** How well the line goes through the points; through two it always does. */
function fitOf(chiSquare: number, freedom: number): string {
  if (freedom < 1) return "";
  return `; χ² of the line ${chiSquare.toPrecision(2)} for ${freedom} ${freedom === 1 ? "degree" : "degrees"} of freedom`;
}

function withinRows(within: Readonly<Record<string, Comparison>>, suffix = ""): Row[] {
  return Object.entries(within).map(([k, comparison]): Row => [`P(K ≤ ${k})${suffix}`, comparison]);
}

function lengthRows(atBlocks: SampleDocument["atBlocks"] = [], place: string): Row[] {
  return atBlocks.flatMap(({ block, meanLength, within }): Row[] => [
    [`mean length ${place} ${grouped(block)}`, meanLength],
    ...withinRows(within, ` ${place} ${grouped(block)}`),
  ]);
}

function growthRows({ slopes, network }: SampleDocument | VarianceSampleDocument): Row[] {
  if (!slopes) return [];
  return [
    ["slope of the skip variance", slopes.skip],
    // Linear and odd branches have no batch mean: a normaliser has made every batch sum to 0.
    ...(BRANCH_ACTIVATION_DEFINITIONS[network.activation].hasMean
      ? ([["slope of the squared moving mean", slopes.movingMeanSquared]] as Row[])
      : []),
  ];
}

function sizeRows({ size }: SampleDocument | VarianceSampleDocument): Row[] {
  return size ? [["second moment before the last block / its prediction", size]] : [];
}

function settings(
  { network, trials }: SampleDocument | VarianceSampleDocument | BackwardSampleDocument,
  title: string,
): string {
  const { depth, width, batch, activation, imageSize, branchLayers = 1 } = network;
  return [
    title,
    `${grouped(depth)} ${depth === 1 ? "block" : "blocks"} of ${imageSize ? `${grouped(width)} channels at ${imageSize}×${imageSize}` : `width ${grouped(width)}`}`,
    `${activation} branches${branchLayers > 1 ? ` of ${branchLayers} layers` : ""}`,
    ...inputOf(network),
    `batch ${grouped(batch)}`,
    `${grouped(trials)} ${trials === 1 ? "network" : "networks"}`,
  ].join(", ");
}

/** The variance of what enters block 1, where it is not the usual 1. */
function inputOf({ inputVariance = 1 }: Pick<NetworkRecord, "inputVariance">): string[] {
  return inputVariance === 1 ? [] : [`input variance s_0 = ${inputVariance}`];
}

const HEADINGS = ["", "sampled", "theory", "margin", "z", "corrected p", "verdict"];

function lines(of: {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly curves?: readonly JudgedCurve[];
  readonly verdict: SampleDocument["verdict"];
  readonly lengths?: Pick<SampleDocument, "shares" | "within" | "atBlocks">;
}): string {
  const { lengths } = of;
  const isNoted = lengths && [lengths, ...(lengths.atBlocks ?? [])].some(hasShareBeyond);
  return [
    of.title,
    ...aligned([HEADINGS, ...rowsOf(of.rows), ...(of.curves ?? []).map(curveCells)]),
    ...(isNoted ? [SHARES_FOOTNOTE] : []),
    verdictLine(of.verdict),
    ...notJudgedLine(of.verdict),
  ].join("\n");
}

function notJudgedLine({ notJudged = [] }: Verdict): string[] {
  if (notJudged.length === 0) return [];
  return [`not judged: ${notJudged.map(({ label, reason }) => `${label} (${reason})`).join("; ")}`];
}

function rowsOf(rows: readonly Row[]): string[][] {
  return rows.map(([label, comparison]) => {
    const { mean, se, theory, p, margin } = comparison;
    return [
      label,
      p === undefined ? short(mean) : withError(mean, se),
      short(theory),
      margin === undefined ? "-" : `±${short(margin, 2)}`,
      ...judgedCells(comparison),
    ];
  });
}

/** A curve by the deviation that tells most of it, in per cent of its prediction. */
function curveCells(curve: JudgedCurve): string[] {
  const { label, comparison } = curveRow(curve);
  const { mean, se, p, margin = Number.NaN } = comparison;
  const sign = mean > 0 ? "+" : "";
  const value = p === undefined ? short(100 * mean, 3) : withError(100 * mean, 100 * se);
  return [label, `${sign}${value} %`, "0 %", `±${short(100 * margin, 2)} %`, ...judgedCells(comparison)];
}

function judgedCells({ z, p, pCorrected, status, biasSeen }: Comparison): string[] {
  const verdict = status === undefined ? "-" : withBias(statusLabel(status), biasSeen);
  const shownZ = p !== undefined && Number.isFinite(z) ? withoutSignOfZero(z.toFixed(1)) : "-";
  return [shownZ, probability(pCorrected), verdict];
}

/** Columns aligned; a row of one cell is a line of its own. */
function aligned(table: readonly (readonly string[])[]): string[] {
  const whole = table.filter((row) => row.length > 1);
  const widths = whole[0].map((_, column) => largest(whole.map((row) => row[column].length)));
  return table.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column] + 2),
    );
    return `  ${cells.join("")}`.trimEnd();
  });
}

function short(value: number, digits = 6): string {
  return String(Number(value.toPrecision(digits)));
}

/** Two digits are more than a p-value means. */
function probability(p: number | undefined): string {
  if (p === undefined) return "-";
  return p >= 1e-3 ? p.toFixed(3) : p === 0 ? "0" : p.toExponential(0);
}
