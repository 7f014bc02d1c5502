import type { TopLevelSpec } from "vega-lite";
import type { ProbeDocument, ProbesDocument } from "../network/documents/probe.js";
import { largest } from "../network/extremes.js";
import type { CurvePoint } from "./curve-point.js";
import { counted, grouped, schemeLabel, shortNumber } from "./labels.js";
import { DASHED, linePanel, type Series, thinned } from "./line-panel.js";
import type { PlotsOf } from "./plot.js";
import { sharesRow } from "./probe-shares.js";
import type { Table } from "./table.js";
import { PALETTE, type Panel, type Picture, stackedPanels } from "./theme.js";

type Run = readonly ProbeDocument[];

/** The most runs whose shares stand side by side. */
const MOST_SHARES = 3;
/** A run of fewer epochs is shown by its steps. */
const FEWEST_EPOCHS = 2;

/**
 * How far a network's signal travels while it is trained, of a run or of several: the mean path length by both methods, the 97 %
 * quantile, and the shares of the path lengths over time.
 */
export function probes({ runs }: ProbesDocument): TopLevelSpec {
  const names = namesOf(runs);
  const isInEpochs = largest(runs.flat().map(({ epoch }) => epoch)) >= FEWEST_EPOCHS;
  const time = {
    time: (probe: ProbeDocument) => (isInEpochs ? probe.epoch : probe.step),
    timeName: isInEpochs ? "epoch" : "step",
  };
  const named = runs.slice(0, MOST_SHARES).map((run, index) => ({ name: names[index], probes: run }));
  return stackedPanels(pictureOf(runs, names), [
    meanPanel(runs, names, time),
    quantilePanel(runs, names, time),
    sharesRow(named, { ...time, height: 130 }),
  ]);
}

interface Time {
  readonly time: (probe: ProbeDocument) => number;
  readonly timeName: string;
}

function pictureOf(runs: readonly Run[], names: readonly string[]): Picture {
  const [{ model, depth, images, imagesFrom }] = runs[0];
  const models = new Set(runs.map(([first]) => first.model));
  const title = `How far the signal travels while ${models.size === 1 ? model : "networks"} ${models.size === 1 ? "trains" : "train"}`;
  const kind = imagesFrom === "test" ? "test image" : "training image";
  const settings = `${models.size === 1 ? `${counted(depth, "block")}, ` : ""}${counted(images, kind)} at each probe`;
  const changes = runs.map(
    (run, index) => `${names[index]}: ${meanOf(run[0])} to ${meanOf(run[run.length - 1])}`,
  );
  const result = `Mean number of branches traversed, first to last probe: ${changes.join("; ")}`;
  return { description: `${title}. ${settings}. ${result}.`, title, subtitle: [settings, result] };
}

function meanOf({ carried }: ProbeDocument): string {
  return carried ? carried.mean.toFixed(2).replace("-", "−") : "none";
}

function meanPanel(runs: readonly Run[], names: readonly string[], { time, timeName }: Time): Panel {
  const fromProfile = (name: string) => `${name}, from the profile`;
  const series = runs.flatMap((_, index): Series[] => [
    { name: names[index], color: colorOf(index) },
    { name: fromProfile(names[index]), color: colorOf(index), dash: DASHED, width: 1.5 },
  ]);
  const points = runs.flatMap((run, index) => [
    ...curveOf(run, { name: names[index], time, value: ({ carried }) => carried?.mean }),
    ...curveOf(run, { name: fromProfile(names[index]), time, value: (probe) => probe.fromProfile?.mean }),
  ]);
  return linePanel({
    heading: "Mean path length",
    note: "solid: components carried through the network; dashed: from the variances of its blocks",
    series,
    points,
    x: timeName,
    y: "branches traversed",
    zero: true,
    height: 220,
    axisExtent: 34,
    legend: { values: names, columns: 3, direction: "horizontal" },
  });
}

function quantilePanel(runs: readonly Run[], names: readonly string[], { time, timeName }: Time): Panel {
  return linePanel({
    heading: "97 % of the signal has traversed at most",
    series: runs.map((_, index) => ({ name: names[index], color: colorOf(index) })),
    points: runs.flatMap((run, index) =>
      curveOf(run, { name: names[index], time, value: ({ carried }) => carried?.quantile97 }),
    ),
    x: timeName,
    y: "branches",
    zero: true,
    height: 90,
    axisExtent: 34,
    legend: null,
  });
}

interface CurveOf {
  readonly name: string;
  readonly time: Time["time"];
  readonly value: (probe: ProbeDocument) => number | undefined;
}

function curveOf(run: Run, { name, time, value }: CurveOf): CurvePoint[] {
  return thinned(run.length).map((index) => ({
    x: time(run[index]),
    y: value(run[index]) ?? null,
    series: name,
  }));
}

/** A name a run: its scheme, and what tells it from others. */
function namesOf(runs: readonly Run[]): string[] {
  const isOneModel = new Set(runs.map(([{ model }]) => model)).size === 1;
  const labels = runs.map(([first]) => `${schemeLabel(first)}${isOneModel ? "" : `, ${first.model}`}`);
  return labels.map((label, index) => {
    const isRepeated = labels.filter((other) => other === label).length > 1;
    return isRepeated ? `${label}, run ${index + 1}` : label;
  });
}

function colorOf(index: number): string {
  return PALETTE[index % PALETTE.length];
}

/** How far the signal of each run travels in its first probe and in its last. */
function table({ runs }: ProbesDocument): Table {
  const law = ({ carried }: ProbeDocument) =>
    carried ? [shortNumber(carried.mean), grouped(carried.quantile97)] : ["–", "–"];
  return {
    columns: ["scheme", "steps", "mean length before", "97 %", "mean length after", "97 %"],
    rows: runs.map((run) => {
      const [first, last] = [run[0], run[run.length - 1]];
      return [schemeLabel(first), grouped(last.step), ...law(first), ...law(last)];
    }),
  };
}

export const PROBES: PlotsOf<"probes"> = { probes: { draw: probes, table } };
