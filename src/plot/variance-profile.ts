import type { TopLevelSpec } from "vega-lite";
import type { VarianceProfileDocument } from "../network/documents.js";
import { logAxis, spansDecades } from "./axes.js";
import { branchesLabel, counted, grouped, inputLabel, schemeLabel } from "./labels.js";
import { curve, linePanel } from "./line-panel.js";
import type { PlotsOf } from "./plot.js";
import { tableOfProfile } from "./profile-table.js";
import { COLORS, onePanel } from "./theme.js";

const [SKIP, BRANCH] = ["skip path", "residual branch"];

/** The predicted variance of the skip path and the residual branch, block by block. */
export function varianceProfile(document: VarianceProfileDocument): TopLevelSpec {
  const { skip, branch, overflowBlock, depth, imageSize } = document;
  const isLog = spansDecades(skip, branch);
  const zeros = isLog ? [skip, branch].map(countZeros) : [0, 0];
  const isOne = skip.every((value, index) => value === branch[index]);
  const notes = [
    isOne ? "The two are equal." : "",
    overflowBlock === null ? "" : `The total exceeds float64 from block ${grouped(overflowBlock)} on.`,
    zeroNote(SKIP, zeros[0]),
    zeroNote(BRANCH, zeros[1]),
  ].filter((note) => note !== "");
  const title = "Variance of the skip path and the residual branch";
  const images = imageSize === undefined ? "" : `, images of ${imageSize}×${imageSize}`;
  const settings = `${schemeLabel(document)}, ${branchesLabel(document)}, ${counted(depth, "residual block")}${images}; ${inputLabel(document)}`;
  return onePanel(
    {
      description: `${title}, predicted by block: ${[settings, ...notes].join(". ")}`,
      title,
      subtitle: [`Predicted: ${settings}`, ...notes],
    },
    linePanel({
      series: [
        { name: SKIP, color: COLORS.skip },
        { name: BRANCH, color: COLORS.branch, ...(isOne ? { dash: [7, 7] } : {}) },
      ],
      points: [...curve(SKIP, skip), ...curve(BRANCH, branch)],
      x: "block i",
      y: "variance",
      yAxis: isLog ? logAxis(skip, branch) : undefined,
      zero: true,
      height: 220,
    }),
  );
}

function countZeros(values: readonly (number | null)[]): number {
  return values.filter((value) => value === 0).length;
}

function zeroNote(path: string, blocks: number): string {
  return blocks === 0
    ? ""
    : `The ${path} is 0 at ${counted(blocks, "block")}, which a logarithmic axis does not show.`;
}

export const VARIANCE_PROFILE: PlotsOf<"variance-profile"> = {
  "variance-profile": { draw: varianceProfile, table: tableOfProfile },
};
