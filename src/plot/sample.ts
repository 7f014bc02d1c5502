import type { TopLevelSpec } from "vega-lite";
import type { NetworkRecord } from "../network/documents/sample/network-record.js";
import type { SampleDocument } from "../network/documents/sample/path-sample.js";
import type { VarianceSampleDocument } from "../network/documents/sample/variance-sample.js";
import { largest, smallest } from "../network/extremes.js";
import { logAxis, spansDecades } from "./axes.js";
import { probabilities, tableOfComparisons } from "./figures.js";
import { branchesLabel, counted, grouped, schemeLabel, shortNumber, withError } from "./labels.js";
import { curve, DASHED, headingOf, linePanel, thinned } from "./line-panel.js";
import type { PlotsOf } from "./plot.js";
import { COLORS, onePanel, PANEL_WIDTH, type Panel, type Picture, stackedPanels } from "./theme.js";

/** What a sampled network showed beside its prediction: variances by block above, shares by path length below. */
export function sample(document: SampleDocument): TopLevelSpec {
  const variances = variancesPicture(document);
  const shares = sharesPicture(document);
  return stackedPanels(
    {
      description: `${variances.description} ${shares.description}`,
      title: `Sampled networks beside the theory: ${document.verdict.status}`,
      subtitle: [settingsOf(document), lengthsOf(document)],
    },
    [
      variancesPanel(document, `${variances.title} (mean and one standard error)`),
      sharesPanel(document, `${shares.title} (${BARS})`),
    ],
  );
}

/** Skip and branch variance against the block: samples with a band of one standard error, and their prediction. */
export function sampleVariances(document: SampleDocument | VarianceSampleDocument): TopLevelSpec {
  return onePanel(variancesPicture(document), variancesPanel(document));
}

/** The share of the output by path length: samples with bars of one standard error, and the predicted law. */
export function sampleShares(document: SampleDocument): TopLevelSpec {
  return onePanel(sharesPicture(document), sharesPanel(document));
}

export const BARS = "points: mean ± one standard error; line: predicted";

/** A sampled network with its sizes, and how often it was drawn. */
export function settingsOf(document: SampleDocument | VarianceSampleDocument): string {
  const { network, trials } = document;
  const { batch, width, imageSize } = network;
  const features = imageSize === undefined ? `width ${grouped(width)}` : counted(width, "channel");
  return `${networkLabel(network)}, ${features}, batch ${grouped(batch)}, ${counted(trials, "trial")}`;
}

/** A sampled network but for its sizes, such as "BatchNorm, ReLU branches of 2 layers, 100 blocks". */
export function networkLabel(network: Omit<NetworkRecord, "width" | "inputDimension" | "batch">): string {
  const { depth, branchLayers = 1, imageSize, inputVariance = 1 } = network;
  return [
    schemeLabel(network),
    `${branchesLabel(network)}${branchLayers > 1 ? ` of ${branchLayers} layers` : ""}`,
    counted(depth, "block"),
    ...(imageSize === undefined ? [] : [`${imageSize}×${imageSize} maps`]),
    ...(inputVariance === 1 ? [] : [`input variance s₀ = ${shortNumber(inputVariance)}`]),
  ].join(", ");
}

function lengthsOf({ meanLength }: SampleDocument): string {
  const { mean, se, theory } = meanLength;
  return `Mean path length ${withError(mean, se)} (theory ${shortNumber(theory, 4)})`;
}

function variancesPicture(document: SampleDocument | VarianceSampleDocument): Picture {
  const title = "Variance of the skip path and the residual branch";
  return {
    description: `${title} by block in sampled networks and as predicted: ${settingsOf(document)}.`,
    title,
    subtitle: [settingsOf(document), "Bands: one standard error over trials"],
  };
}

function sharesPicture(document: SampleDocument): Picture {
  const title = "Share of the output by path length";
  return {
    description: `${title} in sampled networks and as predicted: ${settingsOf(document)}. ${lengthsOf(document)}.`,
    title,
    subtitle: [settingsOf(document), `${lengthsOf(document)}; ${BARS}`],
  };
}

const PREDICTED = ["skip, predicted", "branch, predicted"] as const;
const SAMPLED = ["skip, sampled", "branch, sampled"] as const;

function variancesPanel(document: SampleDocument | VarianceSampleDocument, heading?: string): Panel {
  const { skip, branch, predicted, blocks } = document;
  const all = [skip.mean, branch.mean, predicted.skip, predicted.branch];
  const isLog = spansDecades(...all);
  return linePanel({
    heading,
    series: [
      { name: SAMPLED[0], color: COLORS.skip },
      { name: PREDICTED[0], color: COLORS.theory, dash: DASHED, width: 1.3 },
      { name: SAMPLED[1], color: COLORS.branch },
      { name: PREDICTED[1], color: COLORS.theory, dash: [1.5, 2.5], width: 1.3 },
    ],
    points: [
      ...curve(SAMPLED[0], skip.mean, skip.se, blocks),
      ...curve(SAMPLED[1], branch.mean, branch.se, blocks),
      ...curve(PREDICTED[0], predicted.skip, undefined, blocks),
      ...curve(PREDICTED[1], predicted.branch, undefined, blocks),
    ],
    x: "block i",
    y: "variance over the batch",
    yAxis: isLog ? logAxis(...all) : undefined,
    height: 230,
  });
}

/** Of more path lengths than these each second is drawn, or each third … */
const MOST_LENGTHS = 10_000;
/** Path lengths whose predicted and sampled shares are both below this are not shown. */
const UNSEEN = 2e-4;

/** The shares of a sample by path length: points with bars over the predicted law. */
export function sharesPanel(
  document: Pick<SampleDocument, "shares"> & {
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
    ...(heading ? { title: headingOf(heading) } : {}),
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

export const SAMPLES: PlotsOf<"sample" | "variance-sample"> = {
  sample: {
    draw: sample,
    table: ({ meanLength, within }) =>
      tableOfComparisons({ "mean path length": meanLength, ...probabilities(within) }),
  },
  "variance-sample": {
    draw: sampleVariances,
    table: ({ slopes, size }) =>
      tableOfComparisons({
        ...(slopes ? { "slope of the skip variance": slopes.skip } : {}),
        ...(size && !slopes ? { "second moment / its prediction": size } : {}),
      }),
  },
};
