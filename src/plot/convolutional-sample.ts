import type { TopLevelSpec } from "vega-lite";
import type { ConvolutionalSampleDocument } from "../network/documents.js";
import { tableOfComparisons } from "./figures.js";
import { counted, grouped, schemeLabel, shortNumber, withError } from "./labels.js";
import { curve, DASHED, linePanel } from "./line-panel.js";
import type { PlotsOf } from "./plot.js";
import { COLORS, onePanel } from "./theme.js";

const QUANTITIES = [
  { key: "skipSecondMoment", label: "second moment", color: COLORS.third },
  { key: "skip", label: "batch variance", color: COLORS.skip },
  { key: "movingMeanSquared", label: "squared batch mean", color: COLORS.branch },
] as const;

/** Fig 4b: three moments of the skip path against the block on real images, each beside its prediction. */
export function convolutionalSample(document: ConvolutionalSampleDocument): TopLevelSpec {
  const { depth, channels, imageSize, batch, trials, slopes, slopeFrom, predicted } = document;
  const title = "Skip path of a convolutional ReLU network on real images";
  const settings = `${schemeLabel(document)}, ${counted(depth, "block")}, ${counted(channels, "channel")}, ${imageSize}×${imageSize} images, batch ${grouped(batch)}, ${counted(trials, "trial")}`;
  const series = QUANTITIES.map(({ key, label, color }) => {
    const { mean, se, theory } = slopes[key];
    return { name: `${label}: slope ${withError(mean, se)} (predicted ${shortNumber(theory)})`, color };
  });
  const predictions = QUANTITIES.map(({ key }) => ({
    data: { values: curve("predicted", predicted[key]) },
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
        curve(series[index].name, document[key].mean, document[key].se),
      ),
      x: "block i",
      y: "mean over features",
      height: 290,
      legend: { direction: "vertical" },
      over: predictions,
    }),
  );
}

export const CONVOLUTIONAL_SAMPLE: PlotsOf<"convolutional-sample"> = {
  "convolutional-sample": {
    draw: convolutionalSample,
    table: ({ slopes }) =>
      tableOfComparisons({
        "slope of the skip variance": slopes.skip,
        "slope of the second moment": slopes.skipSecondMoment,
        "slope of the squared moving mean": slopes.movingMeanSquared,
      }),
  },
};
