import type { TopLevelSpec } from "vega-lite";
import { COLORS, onePanel, stackedPanels } from "../../src/plot/theme.js";
import type { TrainBench, TrainBenchRow } from "./document.js";

const SERIES = [
  { name: "batchnorm", color: COLORS.skip },
  { name: "skipinit", color: COLORS.branch },
] as const;

/** The ratio to PyTorch of each network, with the range over the rounds; a panel for each number of threads. */
export function picture(bench: TrainBench): TopLevelSpec {
  const { machine, node, versions, rounds } = bench;
  const rows = bench.rows.filter(({ ratio }) => ratio !== null);
  const about = {
    description: `Training speed over PyTorch's: ${rows.map((row) => `${labelOf(row)} ${row.scheme}, ${row.threads} threads, ${row.ratio!.median.toFixed(2)}`).join("; ")}.`,
    title: "Training speed over PyTorch's, on the same cores",
    subtitle: [
      `Images a second, median and range of ${rounds} rounds that alternate; Node ${node.slice(1)}, PyTorch ${versions["torch"] ?? "?"}, ${machine}`,
    ],
  };
  const most = Math.max(1, ...rows.map(({ ratio }) => ratio!.high)) * 1.05;
  const panels = [...new Set(rows.map(({ threads }) => threads))].map((threads) =>
    panelOf(
      rows.filter((row) => row.threads === threads),
      {
        most,
        heading: threads === 1 ? "one thread" : `${threads} threads, one network`,
      },
    ),
  );
  return panels.length === 1 ? onePanel(about, panels[0]) : stackedPanels(about, panels, "shared");
}

function panelOf(rows: readonly TrainBenchRow[], { most, heading }: { most: number; heading: string }) {
  const values = rows.map((row) => ({ network: labelOf(row), scheme: row.scheme, ...row.ratio }));
  const names = SERIES.map(({ name }) => name);
  const color = {
    field: "scheme",
    type: "nominal",
    scale: { domain: names, range: SERIES.map((one) => one.color) },
  };
  const y = { field: "network", type: "nominal", sort: null, title: null };
  const yOffset = { field: "scheme", type: "nominal", scale: { domain: names } };
  const x = {
    field: "median",
    type: "quantitative",
    scale: { domain: [0, most] },
    title: "respath's images a second over PyTorch's",
  };
  return {
    title: heading,
    width: 420,
    height: 44 * new Set(values.map(({ network }) => network)).size,
    data: { values },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { y, yOffset, x: { ...x, field: "low" }, x2: { field: "high" }, color },
      },
      { mark: { type: "point", filled: true, size: 70, opacity: 1 }, encoding: { y, yOffset, x, color } },
      {
        data: { values: [{ level: 1 }] },
        mark: { type: "rule", color: COLORS.theory, strokeDash: [5, 3] },
        encoding: { x: { field: "level", type: "quantitative" } },
      },
    ],
  } as Parameters<typeof onePanel>[1];
}

function labelOf({ model, batch }: TrainBenchRow): string {
  return `${model.toUpperCase()}, batch ${batch}`;
}
