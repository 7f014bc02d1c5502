import type { TopLevelSpec } from "vega-lite";
import type { BackwardSampleDocument } from "../network/documents/sample/backward-sample.js";
import { logAxis } from "./axes.js";
import { deviations } from "./deviation-panel.js";
import { lengthFigures, tableOfComparisons } from "./figures.js";
import { type JudgedSeries, marginsOf } from "./judged-series.js";
import { curve, DASHED, linePanel } from "./line-panel.js";
import { settingsOf } from "./network-label.js";
import type { PlotsOf } from "./plot.js";
import { lengthLines, sharesPanel } from "./shares-panel.js";
import { COLORS, type Panel, stackedPanels } from "./theme.js";
import { judgementLines, verdictWords } from "./verdict-words.js";

/** Gradients through sampled networks beside their prediction: squared norms by block, how far they are off, and path lengths. */
export function backwardSample(document: BackwardSampleDocument): TopLevelSpec {
  const { verdict } = document;
  const settings = settingsOf(document);
  const [meanLength, ...lengths] = lengthLines(document, "Mean path length of the gradient");
  const title = `Gradients of sampled networks beside the theory: ${verdictWords(verdict)}`;
  const norm = normSeries(document);
  const { panels, leftOut } = deviations(document, [norm]);
  return stackedPanels(
    {
      description: `${title}. ${settings}. ${meanLength}.`,
      title,
      subtitle: [settings, meanLength, ...lengths, ...judgementLines(document), ...leftOut],
    },
    [
      normPanel(document, norm),
      ...panels,
      sharesPanel(document, "Share of the gradient before block 1 by path length"),
    ],
  );
}

const SAMPLED = "sampled";
const PREDICTED = "predicted";

function normSeries({ squaredNorm, predicted }: BackwardSampleDocument): JudgedSeries {
  return {
    name: "squared gradient norm",
    label: "squared gradient norm by block",
    color: COLORS.skip,
    sampled: squaredNorm,
    predicted: predicted.logSquaredNorm.map((log) => {
      const value = Math.exp(log);
      // 0 is no prediction, but what lies below float64.
      return Number.isFinite(value) && value > 0 ? value : null;
    }),
  };
}

function normPanel(document: BackwardSampleDocument, norm: JudgedSeries): Panel {
  const { squaredNorm, blocks } = document;
  return linePanel({
    heading: "Squared norm of the gradient before each block, over that at the output",
    series: [
      { name: SAMPLED, color: COLORS.skip },
      { name: PREDICTED, color: COLORS.theory, dash: DASHED, width: 1.3 },
    ],
    points: [
      ...curve(SAMPLED, squaredNorm.mean, squaredNorm.se, blocks),
      ...curve(PREDICTED, norm.predicted, marginsOf(document, norm), blocks),
    ],
    x: "block i",
    y: "squared gradient norm",
    yAxis: logAxis(squaredNorm.mean, norm.predicted),
    height: 230,
  });
}

export const BACKWARD_SAMPLE: PlotsOf<"backward-sample"> = {
  "backward-sample": {
    draw: backwardSample,
    table: ({ growth, curves, ...document }) =>
      tableOfComparisons(
        { "squared gradient norm / its prediction": growth, ...lengthFigures(document, "before") },
        curves,
      ),
  },
};
