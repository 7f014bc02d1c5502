import type { TopLevelSpec } from "vega-lite";
import { BRANCH_ACTIVATION_DEFINITIONS } from "../network/activations.js";
import type { VarianceSampleDocument } from "../network/documents/sample/variance-sample.js";
import { InvalidArgumentError } from "../network/errors.js";
import type { CurvePoint } from "./curve-point.js";
import { deviations } from "./deviation-panel.js";
import { type JudgedSeries, marginsOf } from "./judged-series.js";
import { shortNumber, withError } from "./labels.js";
import { curve, DASHED, linePanel } from "./line-panel.js";
import { settingsOf } from "./network-label.js";
import { COLORS, stackedPanels } from "./theme.js";
import { marginWords, statusWords, wholeVerdictLines } from "./verdict-words.js";

const QUANTITIES = [
  { key: "skipSecondMoment", name: "second moment", color: COLORS.third },
  { key: "skip", name: "batch variance", color: COLORS.skip, label: "skip variance by block" },
  {
    key: "movingMeanSquared",
    name: "squared batch mean",
    color: COLORS.branch,
    label: "squared moving mean by block",
  },
] as const;

/**
 * Fig 4b: three moments of the skip path against the block with their slopes, each beside its prediction, and by how much they are off.
 *
 * @throws InvalidArgumentError for a sample without slopes.
 */
export function sampleMoments(document: VarianceSampleDocument): TopLevelSpec {
  const { blocks, slopes, slopeFrom = 1, predicted, network } = document;
  if (!slopes) throw new InvalidArgumentError("document", network.scheme, "a sample with slopes");
  const title = "Moments of the skip path";
  const settings = settingsOf(document);
  const quantities = QUANTITIES.map((quantity) => {
    const { mean, se, theory } = slopes[quantity.key];
    const legend = `${quantity.name}: slope ${withError(mean, se)} (predicted ${shortNumber(theory)})`;
    return { ...quantity, legend, sampled: document[quantity.key], predicted: predicted[quantity.key] ?? [] };
  });
  const predictions = quantities.map((series) =>
    curve("predicted", series.predicted, marginsOf(document, series), blocks),
  );
  const slopeWords = quantities.flatMap(({ key, name }) => {
    const status = statusWords(slopes[key]);
    return status === "" ? [] : [`of the ${name}: ${status} (margin ${marginWords(slopes[key])})`];
  });
  // Linear and odd branches have no batch mean: what is predicted is rounding.
  const { hasMean } = BRANCH_ACTIVATION_DEFINITIONS[network.activation];
  const measured = quantities
    .filter((series) => series.predicted.length > 0)
    .map((series): JudgedSeries => {
      const isZero = series.key === "movingMeanSquared" && !hasMean;
      return isZero ? { ...series, predicted: series.predicted.map(() => 0) } : series;
    });
  const { panels, leftOut } = deviations(document, measured);
  return stackedPanels(
    {
      description: `${title}: ${settings}. ${quantities.map(({ legend }) => legend).join("; ")}.`,
      title,
      subtitle: [
        settings,
        `Dashed: predicted; bands: one standard error; slopes from block ${slopeFrom} on`,
        ...(slopeWords.length === 0 ? [] : [`Slope ${slopeWords.join("; ")}`]),
        ...wholeVerdictLines(document),
        ...leftOut,
      ],
    },
    [
      linePanel({
        series: quantities.map(({ legend, color }) => ({ name: legend, color })),
        points: quantities.flatMap(({ legend, sampled }) => curve(legend, sampled.mean, sampled.se, blocks)),
        x: "block i",
        y: "mean over features",
        height: 290,
        legend: { direction: "vertical" },
        under: predictions
          .map((points) => points.filter(({ low }) => low !== undefined))
          .flatMap(marginLayer),
        over: predictions.map(predictionLayer),
      }),
      ...panels,
    ],
  );
}

const X = { field: "x", type: "quantitative" } as const;

function predictionLayer(points: readonly CurvePoint[]): object {
  return {
    data: { values: points },
    mark: { type: "line", strokeDash: DASHED, strokeWidth: 1.2, color: COLORS.theory },
    encoding: { x: X, y: { field: "y", type: "quantitative" } },
  };
}

function marginLayer(points: readonly CurvePoint[]): readonly object[] {
  if (points.length === 0) return [];
  const encoding = { x: X, y: { field: "low", type: "quantitative" }, y2: { field: "high" } };
  return [{ data: { values: points }, mark: { type: "area", color: COLORS.muted, opacity: 0.2 }, encoding }];
}
