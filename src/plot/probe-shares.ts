import type { ProbeDocument } from "../network/documents/probe.js";
import { largest } from "../network/extremes.js";
import { headingOf, thinned } from "./line-panel.js";
import { PANEL_WIDTH, type Panel } from "./theme.js";

/** A colour for each band of path lengths; the longer, the darker. */
const SHADES = ["#e3eef9", "#a9cfe8", "#5ba3d0", "#1f6fb2", "#08306b"] as const;

/** Of more probes than these each second is drawn, or each third … */
const MOST_PROBES = 2000;

/** The bands: so many path lengths each, but for the last, which has all that are longer. */
interface Bands {
  readonly width: number;
  readonly names: readonly string[];
}

/** The bands that show most of the signal of each run apart. */
function bandsFor(runs: readonly NamedRun[]): Bands {
  const longest = largest(
    runs.flatMap(({ probes }) => probes.map(({ carried }) => carried?.quantile97 ?? 0)),
  );
  const width = Math.max(1, Math.round(longest / SHADES.length));
  const names = SHADES.map((_, band) => {
    const first = band * width;
    if (band === SHADES.length - 1) return `${first} or more`;
    return width === 1 ? String(first) : `${first} to ${first + width - 1}`;
  });
  return { width, names };
}

/** The probes of a run under its name. */
export interface NamedRun {
  readonly name: string;
  readonly probes: readonly ProbeDocument[];
}

export interface SharesOptions {
  /** The number on the horizontal axis, and its name. */
  readonly time: (probe: ProbeDocument) => number;
  readonly timeName: string;
  readonly height: number;
}

/** Side by side for each run: the shares of the carried law by the number of branches traversed, stacked, over time. */
export function sharesRow(runs: readonly NamedRun[], options: SharesOptions): Panel {
  const width = Math.floor((PANEL_WIDTH.one - 40 * (runs.length - 1)) / runs.length);
  const bands = bandsFor(runs);
  const panels = runs.map((run, index) => ({
    ...sharesPanel(run, { ...options, bands, yTitle: index === 0 ? "share of the signal" : "" }),
    width,
  }));
  const resolve = { scale: { color: "shared" }, legend: { color: "shared" } };
  return { hconcat: panels, spacing: 24, resolve } as Panel;
}

interface PanelOptions extends SharesOptions {
  readonly bands: Bands;
  readonly yTitle: string;
}

function sharesPanel({ name, probes }: NamedRun, options: PanelOptions) {
  const { time, timeName, height, bands, yTitle } = options;
  const values = thinned(probes.length, MOST_PROBES).flatMap((index) => {
    const probe = probes[index];
    if (!probe.carried) return [];
    const shares = sharesByBand(probe.carried.pmf, bands);
    return shares.map((share, at) => ({ x: time(probe), share, band: bands.names[at], at }));
  });
  return {
    title: headingOf(name),
    height,
    data: { values },
    mark: { type: "area", line: false },
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        title: timeName,
        scale: { nice: false },
        axis: { tickCount: 4, grid: false },
      },
      y: {
        field: "share",
        type: "quantitative",
        stack: true,
        title: yTitle,
        scale: { domain: [0, 1] },
        axis: { labelExpr: "round(100 * datum.value) + ' %'", tickCount: 5 },
      },
      order: { field: "at", type: "quantitative" },
      color: {
        field: "band",
        type: "nominal",
        scale: { domain: bands.names, range: SHADES },
        legend: {
          title: "branches traversed",
          titleFontWeight: 400,
          titleOrient: "left",
          symbolType: "square",
        },
      },
    },
  };
}

/** By band, as parts of 1. Shares can be slightly negative, which a stack cannot show. */
function sharesByBand(pmf: readonly number[], { width, names }: Bands): number[] {
  const sums = names.map(() => 0);
  for (const [k, share] of pmf.entries()) sums[Math.min(Math.floor(k / width), sums.length - 1)] += share;
  const shown = sums.map((sum) => Math.max(0, sum));
  const total = shown.reduce((sum, share) => sum + share, 0);
  return shown.map((share) => share / total);
}
