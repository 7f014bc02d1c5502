import type { TopLevelSpec } from "vega-lite";
import type {
  ExtrapolatedRow,
  SampleExtrapolationDocument,
} from "../network/documents/sample/extrapolation.js";
import { largest, smallest } from "../network/extremes.js";
import { hasPointBeyond, SHARES_FOOTNOTE } from "../network/share-footnote.js";
import { tableOfComparisons } from "./figures.js";
import { counted, grouped } from "./labels.js";
import { DASHED, headingOf } from "./line-panel.js";
import { networkLabel } from "./network-label.js";
import type { PlotsOf } from "./plot.js";
import { channelTitle } from "./safe-picture.js";
import { COLORS, PANEL_WIDTH, type Panel, stackedPanels } from "./theme.js";
import { judgementLines, numberWords, statusWords, valueWords, verdictWords } from "./verdict-words.js";

/** Of more numbers than these the rest are in the document. */
const MOST_PANELS = 3;

/** Samples at several sizes against 1/size, a panel a number: points with bars, the fitted line, and the theory. */
export function sampleExtrapolation(document: SampleExtrapolationDocument): TopLevelSpec {
  const { along, numbers, verdict, network, trials } = document;
  const [least, most] = [smallest(trials), largest(trials)];
  const networks =
    least === most ? counted(least, "network") : `${grouped(least)} to ${counted(most, "network")}`;
  const fixed =
    along === "width" ? `batch ${grouped(network.batch ?? 0)}` : `width ${grouped(network.width ?? 0)}`;
  const settings = `${networkLabel(network)}, ${fixed}, ${networks} a size`;
  const title = `Sampled networks, extrapolated to an infinite ${along}: ${verdictWords(verdict)}`;
  const limits = numbers.map(({ label, limit }) => `${label} ${numberWords(limit)}`);
  const hasMargins = numbers.some(({ limit }) => limit.margin !== undefined);
  return stackedPanels(
    {
      description: `${title}. ${settings}. In the limit: ${limits.join("; ")}.`,
      title,
      subtitle: [
        settings,
        `Points: mean ± one standard error; line: weighted least squares; dashed: predicted${hasMargins ? "; grey: the margin" : ""}`,
        ...judgementLines(document),
        ...(numbers.some(hasPointBeyond) ? [SHARES_FOOTNOTE] : []),
      ],
    },
    numbers.slice(0, MOST_PANELS).map((row) => panelOf(document, row)),
  );
}

/** The number in the limit, what it was judged by, and what came of it. */
function headingOfRow({ label, limit }: ExtrapolatedRow): object {
  const status = statusWords(limit);
  if (status === "") return headingOf(`${label} ${valueWords(limit)}`);
  return headingOf(`${label}: ${status}`, `in the limit ${valueWords(limit)}`);
}

function panelOf({ along, sizes }: SampleExtrapolationDocument, row: ExtrapolatedRow): Panel {
  const { points, limit, slope } = row;
  const xs = sizes.map((size) => 1 / size);
  const end = largest(xs);
  const samples = [
    { x: 0, ...limit, place: "limit" },
    ...points.map((point, index) => ({ x: xs[index], ...point, place: "sample" })),
  ].map(({ x, mean, se, theory, place, margin = limit.margin }) => ({
    ...{ x, mean, low: mean - se, high: mean + se, theory, place },
    ...(margin === undefined ? {} : { least: theory - margin, most: theory + margin }),
  }));
  const ends = [0, 1.03 * end].map((x) => ({ x, mean: limit.mean + slope * x }));
  const labels = Object.fromEntries([[0, "∞"], ...sizes.map((size, i) => [xs[i], grouped(size)])]);
  const x = {
    field: "x",
    type: "quantitative",
    title: `${along} (spaced as 1/${along})`,
    scale: { domain: [-0.03 * end, 1.03 * end], nice: false, zero: false },
    axis: {
      values: [0, ...xs],
      labelExpr: `(${JSON.stringify(labels)})[datum.value]`,
      labelOverlap: "greedy",
    },
  };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: channelTitle(row.label),
    scale: { zero: false },
    axis: { tickCount: 5 },
  });
  const byPlace = {
    condition: { test: "datum.place === 'limit'", value: COLORS.branch },
    value: COLORS.skip,
  };
  const margin = {
    mark: { type: "area", color: COLORS.muted, opacity: 0.2 },
    encoding: { x, y: y("least"), y2: { field: "most" } },
  };
  return {
    title: headingOfRow(row),
    width: PANEL_WIDTH.one,
    height: 190,
    data: { values: samples },
    layer: [
      ...(limit.margin === undefined ? [] : [margin]),
      {
        mark: { type: "line", color: COLORS.theory, strokeDash: DASHED, strokeWidth: 1.3 },
        encoding: { x, y: y("theory") },
      },
      {
        data: { values: ends },
        mark: { type: "line", color: COLORS.muted, strokeWidth: 1.5 },
        encoding: { x, y: y("mean") },
      },
      {
        mark: { type: "rule", strokeWidth: 1.6 },
        encoding: { x, y: y("low"), y2: { field: "high" }, color: byPlace },
      },
      {
        mark: { type: "point", filled: true, size: 40, opacity: 1, tooltip: true },
        encoding: { x, y: y("mean"), color: byPlace },
      },
    ],
  } as Panel;
}

export const SAMPLE_EXTRAPOLATION: PlotsOf<"sample-extrapolation"> = {
  "sample-extrapolation": {
    draw: sampleExtrapolation,
    table: ({ numbers, along }) =>
      tableOfComparisons(
        Object.fromEntries(numbers.map(({ label, limit }) => [`${label}, ${along} → ∞`, limit])),
      ),
  },
};
