import type { SampledLengths } from "../network/documents/sample/lengths.js";
import type { NetworkRecord } from "../network/documents/sample/network-record.js";
import type { SampleDocument } from "../network/documents/sample/path-sample.js";
import { largest, smallest } from "../network/extremes.js";
import { hasShareBeyond, SHARES_FOOTNOTE } from "../network/share-footnote.js";
import { DASHED, headingOf, thinned } from "./line-panel.js";
import { COLORS, PANEL_WIDTH, type Panel } from "./theme.js";
import { numberWords } from "./verdict-words.js";

export const BARS = "Points: mean ± one standard error; line: predicted";

/** Of more P(K ≤ k) than these the rest are in the table. */
const MOST_WITHIN = 3;

/** The mean length in words, and the P(K ≤ k) that were judged, those that differ first. */
export function lengthLines(
  { meanLength, within }: Pick<SampledLengths, "meanLength" | "within">,
  name: string,
): readonly string[] {
  const judged = Object.entries(within).filter(([, { margin }]) => margin !== undefined);
  const rank = ([, { status }]: (typeof judged)[number]) => (status === "differs" ? 0 : 1);
  const shown = judged.sort((one, other) => rank(one) - rank(other)).slice(0, MOST_WITHIN);
  return [
    `${name} ${numberWords(meanLength)}`,
    ...shown.map(([k, number]) => `P(K ≤ ${k}) ${numberWords(number)}`),
  ];
}

/** What to say of shares that are no probabilities, where there are any. */
export function footnoteOf(lengths: Pick<SampledLengths, "shares" | "within">): readonly string[] {
  return hasShareBeyond(lengths) ? [SHARES_FOOTNOTE] : [];
}

/** Of more path lengths than these each second is drawn, or each third … */
const MOST_LENGTHS = 10_000;
/** Path lengths whose predicted and sampled shares are both below this are not shown. */
const UNSEEN = 2e-4;

/** The shares of a sample by path length: points with bars over the predicted law. */
export function sharesPanel(
  document: Pick<SampleDocument, "shares" | "within"> & {
    readonly network: Pick<NetworkRecord, "depth">;
    readonly predicted: Pick<SampleDocument["predicted"], "shares">;
  },
  heading?: string,
): Panel {
  const { shares, predicted, network } = document;
  const count = Math.max(shares.mean.length, predicted.shares.length);
  const isSeen = (k: number) => Math.max(predicted.shares[k] ?? 0, Math.abs(shares.mean[k] ?? 0)) >= UNSEEN;
  const lengths = Array.from({ length: count }, (_, k) => k);
  const last = largest(lengths.filter(isSeen), Math.min(4, count - 1));
  const first = smallest(lengths.filter(isSeen), last);
  const from = first <= 10 ? 0 : first;
  const rows = thinned(last + 1 - from, MOST_LENGTHS).map((index) => {
    const k = from + index;
    const [mean, se] = [shares.mean[k] ?? null, shares.se[k] ?? 0];
    const theory = predicted.shares[k] ?? 0;
    return {
      k,
      left: k - 0.42,
      right: k + 0.42,
      theory,
      mean,
      low: (mean ?? 0) - se,
      high: (mean ?? 0) + se,
    };
  });
  const isOpenEnded = shares.mean.length - 1 < network.depth && last === shares.mean.length - 1;
  const x = (field: string) => ({
    field,
    type: "quantitative",
    title: `path length K: residual branches traversed${isOpenEnded ? ` (${last}: this or more)` : ""}`,
    scale: { domain: [from - 0.6, last + 0.6], nice: false, zero: false },
    axis: { tickMinStep: 1, tickCount: 12, format: ",d" },
  });
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: "share",
    axis: { tickCount: 5, labelExpr: "format(datum.value * 100, '~g') + ' %'" },
  });
  return {
    ...(heading ? { title: headingOf(heading, [BARS, ...footnoteOf(document)]) } : {}),
    width: PANEL_WIDTH.one,
    height: 210,
    data: { values: rows },
    layer: [
      {
        mark: { type: "rect", color: "#d3dbe3", tooltip: true },
        encoding: { x: x("left"), x2: { field: "right" }, y: y("theory"), y2: { datum: 0 } },
      },
      {
        mark: { type: "line", color: COLORS.theory, strokeWidth: 1.3, strokeDash: [...DASHED] },
        encoding: { x: x("k"), y: y("theory") },
      },
      {
        mark: { type: "rule", color: COLORS.skip, strokeWidth: 1.6 },
        encoding: { x: x("k"), y: y("low"), y2: { field: "high" } },
      },
      {
        mark: { type: "point", filled: true, size: 36, opacity: 1, color: COLORS.skip, tooltip: true },
        encoding: { x: x("k"), y: y("mean") },
      },
    ],
  } as Panel;
}
