import type { TopLevelSpec } from "vega-lite";
import type { RunDocument } from "../network/documents.js";
import { logAxis, spansDecades } from "./axes.js";
import type { CurvePoint } from "./curve-point.js";
import { counted, grouped, schemeLabel, shortNumber } from "./labels.js";
import { DASHED, linePanel, thinned } from "./line-panel.js";
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
import { COLORS, onePanel, type Panel, type Picture, stackedPanels } from "./theme.js";

/** A training run: its loss curve, and its variance profile before and after. */
export function run(document: RunDocument): TopLevelSpec {
  const hasProfile = document.profile.before.length > 0;
  const picture = pictureOf(document);
  if (!hasProfile) return runLoss(document);
  return stackedPanels(
    { ...picture, description: `${picture.description} Below, the variance profile before and after.` },
    [lossPanel(document), profilePanel(document)],
  );
}

/** The training loss alone: every step, and the mean of the last steps. */
export function runLoss(document: RunDocument): TopLevelSpec {
  return onePanel(pictureOf(document), lossPanel(document));
}

function pictureOf(document: RunDocument): Picture {
  const { model, batch, learningRate, seed, imageSize, steps, outcome, testAccuracy } = document;
  const title = `Training ${model}, ${schemeLabel(document)}: ${outcome}`;
  const settings = `${counted(document.depth, "block")}, ${imageSize}×${imageSize} images, batch ${grouped(batch)}, learning rate ${shortNumber(learningRate)}, seed ${seed}, ${counted(steps, "step")}`;
  const { bestTestAccuracy, bestTestStep } = document;
  const best =
    bestTestAccuracy === undefined || bestTestStep === steps
      ? ""
      : `, at best ${(100 * bestTestAccuracy).toFixed(1)} % after step ${grouped(bestTestStep ?? steps)}`;
  const tested =
    testAccuracy === null
      ? ""
      : `Test accuracy ${(100 * testAccuracy).toFixed(1)} % (${counted(document.testImages, "image")})${best}. `;
  const result = `${tested}${document.reason.charAt(0).toUpperCase()}${document.reason.slice(1)}`;
  return { description: `${title}. ${settings}. ${result}`, title, subtitle: [settings, result] };
}

function lossPanel(document: RunDocument): Panel {
  const { lossCurve, outcome, classes } = document;
  const window = smoothingWindow(lossCurve.length);
  const [each, mean] = ["each step", `mean of the last ${counted(window, "step")}`];
  const points = (series: string, valueAt: (index: number) => number | null): CurvePoint[] =>
    thinned(lossCurve.length, 2000).map((index) => ({ x: index + 1, y: valueAt(index), series }));
  const isSmoothed = window > 1;
  const domain = lossDomain([lossCurve], classes);
  const at = divergedAt(document);
  const divergence = {
    lossCurve: lossCurve.slice(0, at),
    color: COLORS.branch,
    text: `diverged at step ${at}`,
  };
  const diverged = outcome === "diverged" ? [divergence] : [];
  return linePanel({
    series: [
      { name: each, color: COLORS.skip, ...(isSmoothed ? { width: 1, opacity: 0.35 } : {}) },
      ...(isSmoothed ? [{ name: mean, color: COLORS.skip, width: 2.2 }] : []),
    ],
    points: [
      ...points(each, (index) => lossCurve[index]),
      ...(isSmoothed ? points(mean, (index) => trailingMean(lossCurve, { window, index })) : []),
    ],
    x: "step",
    y: "training loss",
    yAxis: { domain },
    height: 230,
    over: [...chanceRule(classes), ...divergenceMarks(diverged, domain)],
  });
}

function profilePanel({ profile }: RunDocument): Panel {
  const series = [
    { name: "skip before", color: COLORS.skip, dash: DASHED, width: 1.5 },
    { name: "skip after", color: COLORS.skip },
    { name: "branch before", color: COLORS.branch, dash: DASHED, width: 1.5 },
    { name: "branch after", color: COLORS.branch },
  ];
  const curves = [
    { blocks: profile.before, path: "skip" },
    { blocks: profile.after, path: "skip" },
    { blocks: profile.before, path: "branch" },
    { blocks: profile.after, path: "branch" },
  ] as const;
  const points = curves.flatMap(({ blocks, path }, index) => profileCurve(series[index].name, blocks, path));
  const groups = series.map(({ name }) => points.filter((point) => point.series === name).map(({ y }) => y));
  const isLog = spansDecades(...groups);
  return linePanel({
    heading: "Variance of the skip path and the residual branch, before and after training",
    note: notShown(points, isLog),
    series,
    points,
    x: "block i",
    y: "variance",
    yAxis: isLog ? logAxis(...groups) : undefined,
    height: 190,
  });
}

export const RUN: PlotsOf<"run"> = { run: { draw: run, table: (document) => tableOfRuns([document]) } };
