import type { TopLevelSpec } from "vega-lite";
import type { BackwardSampleDocument } from "../network/documents/sample/backward-sample.js";
import { logAxis } from "./axes.js";
import { probabilities, tableOfComparisons } from "./figures.js";
import { counted, grouped, shortNumber, withError } from "./labels.js";
import { curve, DASHED, linePanel } from "./line-panel.js";
import type { PlotsOf } from "./plot.js";
import { BARS, networkLabel, sharesPanel } from "./sample.js";
import { COLORS, type Panel, stackedPanels } from "./theme.js";

/** Gradients through sampled networks beside their prediction: squared norms by block, and shares by path length. */
export function backwardSample(document: BackwardSampleDocument): TopLevelSpec {
  const { network, trials, meanLength, verdict } = document;
  const settings = `${networkLabel(network)}, width ${grouped(network.width)}, batch ${grouped(network.batch)}, ${counted(trials, "trial")}`;
  const { mean, se, theory } = meanLength;
  const lengths = `Mean path length of the gradient ${withError(mean, se)} (theory ${shortNumber(theory, 4)})`;
  const title = `Gradients of sampled networks beside the theory: ${verdict.status}`;
  return stackedPanels(
    { description: `${title}. ${settings}. ${lengths}.`, title, subtitle: [settings, `${lengths}; ${BARS}`] },
    [normPanel(document), sharesPanel(document, "Share of the gradient before block 1 by path length")],
  );
}

const SAMPLED = "sampled";
const PREDICTED = "predicted";

function normPanel({ squaredNorm, predicted, blocks }: BackwardSampleDocument): Panel {
  const theory = predicted.logSquaredNorm.map((log) => {
    const value = Math.exp(log);
    return Number.isFinite(value) ? value : null;
  });
  return linePanel({
    heading: "Squared norm of the gradient before each block, over that at the output",
    series: [
      { name: SAMPLED, color: COLORS.skip },
      { name: PREDICTED, color: COLORS.theory, dash: DASHED, width: 1.3 },
    ],
    points: [
      ...curve(SAMPLED, squaredNorm.mean, squaredNorm.se, blocks),
      ...curve(PREDICTED, theory, undefined, blocks),
    ],
    x: "block i",
    y: "squared gradient norm",
    yAxis: logAxis(squaredNorm.mean, theory),
    height: 230,
  });
}

export const BACKWARD_SAMPLE: PlotsOf<"backward-sample"> = {
  "backward-sample": {
    draw: backwardSample,
    table: ({ growth, meanLength, within }) =>
      tableOfComparisons({
        "squared gradient norm / its prediction": growth,
        "mean path length": meanLength,
        ...probabilities(within),
      }),
  },
};
