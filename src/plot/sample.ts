import type { TopLevelSpec } from "vega-lite";
import type { SampleDocument } from "../network/documents/sample/path-sample.js";
import type { VarianceSampleDocument } from "../network/documents/sample/variance-sample.js";
import { logAxis, spansDecades } from "./axes.js";
import { deviations } from "./deviation-panel.js";
import { growthFigures, lengthFigures, tableOfComparisons } from "./figures.js";
import { type JudgedSeries, marginsOf } from "./judged-series.js";
import { curve, DASHED, linePanel } from "./line-panel.js";
import { settingsOf } from "./network-label.js";
import type { PlotsOf } from "./plot.js";
import { BARS, footnoteOf, lengthLines, sharesPanel } from "./shares-panel.js";
import { COLORS, onePanel, type Panel, type Picture, stackedPanels } from "./theme.js";
import { judgementLines, verdictWords, wholeVerdictLines } from "./verdict-words.js";

type AnySample = SampleDocument | VarianceSampleDocument;

/**
 * What a sampled network showed beside its prediction: variances by block above, by how much they are off below, and shares by path
 * length.
 */
export function sample(document: SampleDocument): TopLevelSpec {
  const shares = sharesPicture(document);
  const { panels, leftOut } = deviations(document, judgedSeries(document));
  return stackedPanels(
    {
      description: `${titleOf(document)}. ${variancesPicture(document).description} ${shares.description}`,
      title: titleOf(document),
      subtitle: [
        settingsOf(document),
        ...lengthLines(document, MEAN_LENGTH),
        ...judgementLines(document),
        ...leftOut,
      ],
    },
    [variancesPanel(document, VARIANCES_HEADING), ...panels, sharesPanel(document, shares.title)],
  );
}

/** The variances by block of networks that were not split by path length, and by how much they are off. */
export function varianceSample(document: VarianceSampleDocument): TopLevelSpec {
  const picture = variancesPicture(document);
  const title = titleOf(document);
  const lines = [settingsOf(document), ...judgementLines(document)];
  const description = `${title}. ${picture.description}`;
  return variancesAlone(document, { description, title, subtitle: lines });
}

/** Skip and branch variance against the block: samples with a band of one standard error, and their prediction with its margin. */
export function sampleVariances(document: AnySample): TopLevelSpec {
  return variancesAlone(document, variancesPicture(document));
}

/** The share of the output by path length: samples with bars of one standard error, and the predicted law. */
export function sampleShares(document: SampleDocument): TopLevelSpec {
  return onePanel(sharesPicture(document), sharesPanel(document));
}

function titleOf({ verdict }: AnySample): string {
  return `Sampled networks beside the theory: ${verdictWords(verdict)}`;
}

function variancesAlone(document: AnySample, picture: Picture): TopLevelSpec {
  const { panels, leftOut } = deviations(document, judgedSeries(document));
  return stackedPanels({ ...picture, subtitle: [...picture.subtitle, ...leftOut] }, [
    variancesPanel(document, VARIANCES_HEADING),
    ...panels,
  ]);
}

const VARIANCES = "Variance of the skip path and the residual branch";
const VARIANCES_HEADING = `${VARIANCES} (mean and one standard error)`;

function variancesPicture(document: AnySample): Picture {
  return {
    description: `${VARIANCES} by block in sampled networks and as predicted: ${settingsOf(document)}.`,
    title: VARIANCES,
    subtitle: [settingsOf(document), ...wholeVerdictLines(document)],
  };
}

function sharesPicture(document: SampleDocument): Picture {
  const title = "Share of the output by path length";
  const [meanLength, ...lengths] = lengthLines(document, MEAN_LENGTH);
  return {
    description: `${title} in sampled networks and as predicted: ${settingsOf(document)}. ${meanLength}.`,
    title,
    subtitle: [
      settingsOf(document),
      meanLength,
      ...lengths,
      BARS,
      ...wholeVerdictLines(document),
      ...footnoteOf(document),
    ],
  };
}

const MEAN_LENGTH = "Mean path length";
const PREDICTED = ["skip, predicted", "branch, predicted"] as const;
const SAMPLED = ["skip, sampled", "branch, sampled"] as const;

function variancesPanel(document: AnySample, heading: string): Panel {
  const { skip, branch, predicted, blocks } = document;
  const all = [skip.mean, branch.mean, predicted.skip, predicted.branch];
  const isLog = spansDecades(...all);
  const [skipSeries, branchSeries] = judgedSeries(document);
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
      ...curve(PREDICTED[0], predicted.skip, marginsOf(document, skipSeries), blocks),
      ...curve(PREDICTED[1], predicted.branch, marginsOf(document, branchSeries), blocks),
    ],
    x: "block i",
    y: "variance over the batch",
    yAxis: isLog ? logAxis(...all) : undefined,
    height: 230,
  });
}

const MOVING_MEAN = "squared moving mean by block";

/** The series that a sample is judged by, and what they are in a document of before there were margins. */
function judgedSeries(document: AnySample): readonly JudgedSeries[] {
  const { skip, branch, movingMeanSquared, predicted, curves = [], verdict } = document;
  const labels = [...curves, ...(verdict.notJudged ?? [])].map(({ label }) => label);
  return [
    {
      name: "skip variance",
      label: "skip variance by block",
      color: COLORS.skip,
      sampled: skip,
      predicted: predicted.skip,
    },
    {
      name: "branch variance",
      label: "branch variance by block",
      color: COLORS.branch,
      sampled: branch,
      predicted: predicted.branch,
    },
    ...(labels.includes(MOVING_MEAN)
      ? [
          {
            name: "squared moving mean",
            label: MOVING_MEAN,
            color: COLORS.third,
            sampled: movingMeanSquared,
            predicted: predicted.movingMeanSquared,
          },
        ]
      : []),
  ];
}

export const SAMPLES: PlotsOf<"sample" | "variance-sample"> = {
  sample: {
    draw: sample,
    table: (document) =>
      tableOfComparisons(
        { ...lengthFigures(document, "after"), ...growthFigures(document) },
        document.curves,
      ),
  },
  "variance-sample": {
    draw: varianceSample,
    table: (document) => tableOfComparisons(growthFigures(document), document.curves),
  },
};
