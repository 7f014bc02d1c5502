import type { TopLevelSpec } from "vega-lite";
import type { ComparedScheme, ComparisonDocument, DesignDocument } from "../network/documents/comparison.js";
import { InvalidArgumentError } from "../network/errors.js";
import { largest } from "../network/extremes.js";
import { logAxis } from "./axes.js";
import type { CurvePoint } from "./curve-point.js";
import { countOf, figure, logFigure, oneRow } from "./figures.js";
import {
  branchesLabel,
  counted,
  grouped,
  inputVarianceOf,
  percentLabel,
  schemeLabel,
  shortNumber,
} from "./labels.js";
import { linePanel, type Series } from "./line-panel.js";
import type { PlotsOf } from "./plot.js";
import { ruleAt } from "./rule.js";
import type { Table } from "./table.js";
import { PALETTE, type Panel, stackedPanels } from "./theme.js";

/** A variance that grows beyond this multiple of the input's leaves the picture, so that those that stay can be told apart. */
const HIGHEST_SHOWN = 1e6;

/** A curve that coincides with an earlier one, or has its colour, lies over it in the next of these dashes. */
const DASHES = [undefined, [7, 6], [2, 6]] as const;

/** Schemes beside each other: their path-length laws, and how the variance grows. */
export function compareSchemes(document: ComparisonDocument): TopLevelSpec {
  const { depth, schemes, within } = document;
  const settings = `${branchesLabel(document)}, ${counted(depth, "residual block")}, at initialisation`;
  return pictureOf(document, {
    title: "Path lengths and variance growth by scheme",
    subtitle: [`${settings}; ${inputOf(schemes)}`],
    rule: within === undefined ? undefined : { within },
  });
}

/** The answer to a design question, and the network it gives among other schemes of the same depth. */
export function design(document: DesignDocument): TopLevelSpec {
  const { comparison, within, answer, network } = document;
  if (!comparison)
    throw new InvalidArgumentError("comparison", "missing", "in a design document with a picture");
  const found = network
    ? ` There, P(K ≤ ${grouped(within)}) is ${percentLabel(network.probabilityWithin)}.`
    : "";
  return pictureOf(comparison, {
    title: `Design: at most ${counted(within, "branch")} a path`,
    subtitle: [
      answer + found,
      `${counted(comparison.depth, "residual block")}; ${inputOf(comparison.schemes)}`,
    ],
    rule: {
      within,
      ...(document.probability === null || document.solve === "probability"
        ? {}
        : { probability: document.probability }),
    },
  });
}

interface Frame {
  readonly title: string;
  readonly subtitle: readonly string[];
  /** The path length asked about, and the probability it is asked with. */
  readonly rule?: { readonly within: number; readonly probability?: number };
}

function pictureOf(document: ComparisonDocument, { title, subtitle, rule }: Frame): TopLevelSpec {
  const { schemes } = document;
  if (schemes.length === 0) throw new InvalidArgumentError("schemes", "none", "at least one scheme");
  const names = namesOf(schemes);
  const laws = schemes.map(({ law }) => law.cdf.map((p, index) => [law.k[index], p]));
  const growths = schemes.map(({ growth }) => growth.log10.map((y, index) => [growth.block[index], y]));
  const series = names.map((name, index): Series => {
    const round = Math.floor(index / PALETTE.length);
    const level = Math.max(round, repeats(laws, index), repeats(growths, index));
    return {
      name,
      color: PALETTE[index % PALETTE.length],
      dash: DASHES[Math.min(level, DASHES.length - 1)],
    };
  });
  const quantiles = schemes.map(({ quantile97 }, index) => `${names[index]} ${grouped(quantile97)}`);
  return stackedPanels(
    {
      description: `${title}: ${subtitle.join("; ")}. 97 % quantile of the path length: ${quantiles.join(", ")}.`,
      title,
      subtitle,
    },
    [lawPanel(document, series, rule), growthPanel(document, series)],
    "shared",
  );
}

/** P(K ≤ k) against k on an axis of log(1 + k), which has room for paths of no branch and of all. */
function lawPanel({ schemes }: ComparisonDocument, series: readonly Series[], rule: Frame["rule"]): Panel {
  const longest = schemes.reduce((most, { law }) => Math.max(most, law.k.at(-1) ?? 0), 1);
  const domain = [-0.15, 1.3 * longest] as const;
  const points = schemes.flatMap(({ law }, index): CurvePoint[] => {
    const { name } = series[index];
    // From 0 upwards, and on to the edge of the picture.
    const before = law.k[0] > 0 ? [{ x: 0, y: 0, series: name }] : [{ x: domain[0], y: 0, series: name }];
    const own = law.k.map((x, at) => ({ x, y: law.cdf[at], series: name }));
    return [...before, ...own, { x: domain[1], y: own.at(-1)?.y ?? 1, series: name }];
  });
  const level = rule?.probability ?? 0.97;
  const panel = linePanel({
    heading: "P(K ≤ k): share of the variance in paths of at most k branches",
    axisExtent: 44,
    series,
    points,
    x: "k, residual branches traversed (logarithmic in 1 + k)",
    y: "P(K ≤ k)",
    yAxis: { domain: [0, 1.03] },
    height: 200,
    legend: LEGEND,
    over: [
      ...ruleAt({ axis: "y", at: level, ends: domain, label: `${Number((100 * level).toPrecision(6))} %` }),
      ...(rule && rule.within < domain[1]
        ? ruleAt({ axis: "x", at: rule.within, ends: [0, 1.03], label: `k = ${grouped(rule.within)}` })
        : []),
    ],
  });
  return onLogAxis(drawn(panel, "step-after"), domain);
}

/** The variance after each block, on logarithmic axes. */
function growthPanel({ schemes, depth }: ComparisonDocument, series: readonly Series[]): Panel {
  const shown = schemes.map(({ growth }) => largest(growth.log10.map((y) => y ?? 0)));
  const start = largest(
    schemes.map(({ growth }) => growth.log10[0] ?? 0),
    0,
  );
  const highest = start + Math.log10(HIGHEST_SHOWN);
  const top = largest(
    shown.filter((y) => y <= highest).map((y) => y + 0.3),
    1,
  );
  const points = schemes.flatMap(({ growth }, index) => cutAt(growth, top, series[index].name));
  const leaving = schemes.flatMap((_, index) => (shown[index] > top ? [series[index].name] : []));
  const beyond =
    leaving.length === 0
      ? ""
      : `${leaving.join(", ")} ${leaving.length === 1 ? "leaves" : "leave"} the picture`;
  const panel = linePanel({
    heading: "Variance after block i",
    note: beyond,
    axisExtent: 44,
    series,
    points,
    x: "block i (0 is the input; logarithmic in 1 + i)",
    y: "variance",
    yAxis: logAxis(
      points.map(({ y }) => y),
      [1],
    ),
    height: 170,
    legend: LEGEND,
  });
  return onLogAxis(drawn(panel, "linear"), [0, 1.05 * depth]);
}

/** The points of a curve up to where it crosses 10^top, that point included. */
function cutAt({ block, log10 }: ComparedScheme["growth"], top: number, series: string): CurvePoint[] {
  const points: CurvePoint[] = [];
  for (const [index, y] of log10.entries()) {
    const x = block[index];
    if (y !== null && y > top) {
      const before = log10[index - 1];
      const share =
        before !== null && before !== undefined && before < top ? (top - before) / (y - before) : 1;
      const crossing = (1 + (block[index - 1] ?? 0)) ** (1 - share) * (1 + x) ** share - 1;
      points.push({ x: crossing, y: 10 ** top, series });
      break;
    }
    points.push({ x, y: y === null ? null : 10 ** y, series });
  }
  return points;
}

const LEGEND = { columns: 3, direction: "horizontal" } as const;

/** The names in the legend; a title that occurs twice is numbered. */
function namesOf(schemes: readonly ComparedScheme[]): string[] {
  const titles = schemes.map(({ title, alpha }) =>
    alpha === undefined ? title : title.replace(/sqrt\((\w+)\)/g, "√$1"),
  );
  return titles.map((title, index) => {
    const nth = titles.slice(0, index + 1).filter((one) => one === title).length;
    return nth === 1 ? title : `${title} (${nth})`;
  });
}

/** Of all schemes; 0 is that of those which can be given it. */
function inputOf(schemes: readonly ComparedScheme[]): string {
  const variances = [...new Set(schemes.map(inputVarianceOf))];
  return variances.length === 1
    ? `input variance s₀ = ${shortNumber(variances[0])}`
    : "input variance s₀ = 0 where there is a normaliser, else 1";
}

type Curve = readonly (readonly (number | null)[])[];

/** How many earlier curves are the same to the eye. */
function repeats(curves: readonly Curve[], index: number): number {
  const own = curves[index];
  const isNear = (a: number | null, b: number | null) => Math.abs((a ?? 0) - (b ?? 0)) < 1e-3;
  const isSame = (curve: Curve) =>
    curve.length === own.length &&
    curve.every(([x, y], at) => isNear(x, own[at][0]) && isNear(y, own[at][1]));
  return curves.slice(0, index).filter(isSame).length;
}

const powers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => Number(`1e${from + index}`));

interface LayeredPanel {
  readonly encoding: { readonly x: object; readonly y: object };
  readonly layer: readonly { readonly mark?: { readonly type?: string } }[];
}

/** A panel whose x axis, of whole numbers from 0, is logarithmic in 1 + x. */
function onLogAxis(panel: Panel, domain: readonly [number, number]): Panel {
  const { encoding } = panel as unknown as LayeredPanel;
  const low = domain[1] < 12 ? [0, 1, 2, 3, 5, 10] : [0, 1, 3, 10];
  const values = [...low, 30, 100, 300, ...powers(3, 100)].filter((tick) => tick <= domain[1]);
  const shown = values.length > 14 ? values.filter((tick, index) => tick < 10 || index % 2 === 1) : values;
  const x = {
    ...encoding.x,
    scale: { type: "symlog", constant: 1, domain, nice: false },
    axis: { values: shown, grid: false, format: domain[1] < 1e5 ? ",d" : "~s" },
  };
  return { ...panel, encoding: { ...encoding, x } } as Panel;
}

/** A panel whose curves are drawn without points, from one to the next by `interpolate`. */
function drawn(panel: Panel, interpolate: "linear" | "step-after"): Panel {
  const layer = (panel as unknown as LayeredPanel).layer.map((one) =>
    one.mark?.type === "line" ? { ...one, mark: { ...one.mark, interpolate, point: false } } : one,
  );
  return { ...panel, layer } as Panel;
}

function tableOfSchemes({ schemes }: ComparisonDocument): Table {
  return {
    columns: ["scheme", "mean length", "97 % quantile", "total variance", "gradient ratio", "overflow block"],
    rows: schemes.map((one) => [
      schemeLabel(one),
      figure(one.meanLength),
      countOf(one.quantile97),
      logFigure(one.totalVariance),
      logFigure(one.gradientRatio),
      one.overflowBlock === null ? "none" : grouped(one.overflowBlock),
    ]),
  };
}

function tableOfDesign({ solve, within, alpha, depth, network }: DesignDocument): Table {
  return oneRow({
    "solved for": solve,
    alpha: figure(alpha),
    depth: depth === null ? figure(depth) : countOf(depth),
    [`P(K ≤ ${within})`]: figure(network?.probabilityWithin),
    "mean length": figure(network?.meanLength),
    "total variance": network ? logFigure(network.totalVariance) : figure(null),
  });
}

export const COMPARISONS: PlotsOf<"comparison" | "design"> = {
  comparison: { draw: compareSchemes, table: tableOfSchemes },
  design: { draw: design, table: tableOfDesign },
};
