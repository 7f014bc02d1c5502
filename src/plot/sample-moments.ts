import type { TopLevelSpec } from "vega-lite";
import type { VarianceSampleDocument } from "../network/documents/sample/variance-sample.js";
import { InvalidArgumentError } from "../network/errors.js";
import { shortNumber, withError } from "./labels.js";
import { curve, DASHED, linePanel } from "./line-panel.js";
import { settingsOf } from "./sample.js";
import { COLORS, onePanel } from "./theme.js";

const QUANTITIES = [
  { key: "skipSecondMoment", label: "second moment", color: COLORS.third },
  { key: "skip", label: "batch variance", color: COLORS.skip },
  { key: "movingMeanSquared", label: "squared batch mean", color: COLORS.branch },
] as const;

/**
 * Fig 4b: three moments of the skip path against the block with their slopes, each beside its prediction.
 *
 * @throws InvalidArgumentError for a sample without slopes.
 */
export function sampleMoments(document: VarianceSampleDocument): TopLevelSpec {
  const { blocks, slopes, slopeFrom = 1, predicted } = document;
  if (!slopes) throw new InvalidArgumentError("document", document.network.scheme, "a sample with slopes");
  const title = "Moments of the skip path";
  const settings = settingsOf(document);
  const series = QUANTITIES.map(({ key, label, color }) => {
    const { mean, se, theory } = slopes[key];
    return { name: `${label}: slope ${withError(mean, se)} (predicted ${shortNumber(theory)})`, color };
  });
  const predictions = QUANTITIES.map(({ key }) => ({
    data: { values: curve("predicted", predicted[key] ?? [], undefined, blocks) },
    mark: { type: "line", strokeDash: DASHED, strokeWidth: 1.2, color: COLORS.theory },
    encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } },
  }));
  return onePanel(
    {
      description: `${title}: ${settings}. ${series.map(({ name }) => name).join("; ")}.`,
      title,
      subtitle: [settings, `Dashed: predicted; bands: one standard error; slopes from block ${slopeFrom} on`],
    },
    linePanel({
      series,
      points: QUANTITIES.flatMap(({ key }, index) =>
        curve(series[index].name, document[key].mean, document[key].se, blocks),
      ),
      x: "block i",
      y: "mean over features",
      height: 290,
      legend: { direction: "vertical" },
      over: predictions,
    }),
  );
}
