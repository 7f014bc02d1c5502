import type { TopLevelSpec } from "vega-lite";
import type { RunDocument, TrainabilityDocument } from "../network/documents.js";
import { largest } from "../network/extremes.js";
import { logAxis } from "./axes.js";
import type { CurvePoint } from "./curve-point.js";
import { counted, grouped, schemeLabel, shortNumber } from "./labels.js";
import { linePanel, type Series, thinned } from "./line-panel.js";
import {
  chanceRule,
  divergedAt,
  divergenceMarks,
  lossDomain,
  smoothingWindow,
  trailingMean,
} from "./loss.js";
import type { PlotsOf } from "./plot.js";
import { notShown, profileCurve } from "./profile-curve.js";
import { tableOfRuns } from "./run-table.js";
import { onePanel, PALETTE, PANEL_WIDTH, type Panel, type Picture, stackedPanels } from "./theme.js";

/** The same network under several schemes: loss curves on shared axes, and below each path's variance before and after. */
export function trainability(document: TrainabilityDocument): TopLevelSpec {
  const picture = lossPicture(document);
  return stackedPanels(
    { ...picture, description: `${picture.description} ${PROFILES}` },
    [lossPanel(document), ...profileRows(document)],
    "shared",
  );
}

/** The loss curves alone. */
export function trainabilityLoss(document: TrainabilityDocument): TopLevelSpec {
  return onePanel(lossPicture(document), lossPanel(document));
}

/** The variance profiles alone, before and after training. */
export function trainabilityProfiles(document: TrainabilityDocument): TopLevelSpec {
  return stackedPanels(
    {
      description: PROFILES,
      title: "Variance by block, before and after training",
      subtitle: [settingsOf(document)],
    },
    profileRows(document),
    "shared",
  );
}

const PROFILES =
  "Variance of the skip path and the residual branch by block, before and after training, by scheme.";

function settingsOf({ runs }: TrainabilityDocument): string {
  const [first] = runs;
  const same = (field: keyof RunDocument) => runs.every((one) => one[field] === first[field]);
  return [
    same("model") ? first.model : "",
    same("depth") ? counted(first.depth, "block") : "",
    same("imageSize") ? `${first.imageSize}×${first.imageSize} images` : "",
    same("batch") ? `batch ${grouped(first.batch)}` : "",
    same("learningRate") ? `learning rate ${shortNumber(first.learningRate)}` : "",
    same("seed") ? `seed ${first.seed}` : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function lossPicture(document: TrainabilityDocument): Picture {
  const title = "Which schemes train";
  const outcomes = namesOf(document).map((name, index) => `${name} ${document.runs[index].outcome}`);
  return {
    description: `${title}: ${settingsOf(document)}. ${outcomes.join(", ")}.`,
    title,
    subtitle: [`Training loss, ${settingsOf(document)}`],
  };
}

/** A name a run: its scheme, with what tells two runs of one scheme apart. */
function namesOf({ runs }: TrainabilityDocument): string[] {
  const differs = (field: "learningRate" | "seed") => runs.some((one) => one[field] !== runs[0][field]);
  const labels = runs.map(schemeLabel);
  return runs.map((one, index) => {
    const isRepeated = labels.filter((label) => label === labels[index]).length > 1;
    const rate = isRepeated && differs("learningRate") ? `, rate ${shortNumber(one.learningRate)}` : "";
    const seed = isRepeated && differs("seed") ? `, seed ${one.seed}` : "";
    const isStillRepeated = isRepeated && rate === "" && seed === "";
    return `${labels[index]}${rate}${seed}${isStillRepeated ? `, run ${index + 1}` : ""}`;
  });
}

function seriesOf(document: TrainabilityDocument): Series[] {
  return namesOf(document).map((name, index) => ({ name, color: PALETTE[index % PALETTE.length] }));
}

const LEGEND = { columns: 3, direction: "horizontal" } as const;

function lossPanel(document: TrainabilityDocument): Panel {
  const { runs } = document;
  const longest = largest(runs.map((one) => one.lossCurve.length));
  const window = smoothingWindow(longest);
  const series = seriesOf(document);
  const domain = lossDomain(runs.map((one) => one.lossCurve));
  const points = runs.flatMap((one, index): CurvePoint[] => {
    return thinned(one.lossCurve.length, 1000).map((at) => ({
      x: at + 1,
      y: trailingMean(one.lossCurve, { window, index: at }),
      series: series[index].name,
    }));
  });
  const diverged = runs.flatMap((one, index) => {
    const { name, color } = series[index];
    const at = divergedAt(one);
    const divergence = {
      lossCurve: one.lossCurve.slice(0, at),
      color,
      text: `${name}: diverged at step ${at}`,
    };
    return one.outcome === "diverged" ? [divergence] : [];
  });
  return linePanel({
    series,
    points,
    x: "step",
    y: window > 1 ? `training loss, mean of the last ${window} steps` : "training loss",
    yAxis: { domain },
    xDomain: [1, Math.max(2, longest)],
    height: 270,
    legend: LEGEND,
    over: [...chanceRule(), ...divergenceMarks(diverged, domain)],
  });
}

/** A row for each path: before training on the left, after on the right, one logarithmic axis for both. */
function profileRows(document: TrainabilityDocument): Panel[][] {
  const series = seriesOf(document);
  return (["skip", "branch"] as const).map((path, row) => {
    const title = path === "skip" ? "skip path" : "residual branch";
    const sides = (["before", "after"] as const).map((time) => ({
      time,
      points: document.runs.flatMap((one, index) =>
        profileCurve(series[index].name, one.profile[time], path),
      ),
    }));
    const yAxis = logAxis(...sides.map(({ points }) => points.map(({ y }) => y)));
    return sides.map(({ time, points }, column) =>
      linePanel({
        heading: `${title}, ${time} training`,
        note: notShown(points, true),
        axisExtent: 44,
        series,
        points,
        x: row === 0 ? "" : "block i",
        y: column === 0 ? "variance" : "",
        yAxis,
        width: PANEL_WIDTH.two,
        height: 140,
        legend: LEGEND,
      }),
    );
  });
}

export const TRAINABILITY: PlotsOf<"trainability"> = {
  trainability: { draw: trainability, table: ({ runs }) => tableOfRuns(runs) },
};
