import type { TopLevelSpec } from "vega-lite";
import type { PathLengthDistribution } from "../analytic/index.js";
import { largest } from "../network/extremes.js";
import { linearTicks } from "../plot/axes.js";
import { countOf, FAR } from "../plot/figures.js";
import { shortNumber } from "../plot/labels.js";
import { COLORS, onePanel, type Panel } from "../plot/theme.js";

/** What lies outside the picture. */
const UNSEEN = 2e-4;
/** More path lengths than this are shown by as many of them, evenly spaced. */
const MOST_BARS = 200;
const WITHIN = 0.97;

/** P(K = k) by k, the path lengths that hold 97 % of the variance marked. */
export function distributionPicture(law: PathLengthDistribution): TopLevelSpec {
  const limit = law.quantile(WITHIN);
  const title = "Share of the output variance by path length";
  const settings = `${blocksOf(law)}; mean path length ${shortNumber(law.mean, 4)}`;
  const claim = `${shortNumber(100 * law.cdf(limit), 4)} % in paths of ${countOf(limit)} branches or fewer (blue)`;
  return onePanel(
    { description: `${title}: ${settings}; ${claim}.`, title, subtitle: [settings, claim] },
    panel(law, limit),
  );
}

/** "10,000 residual blocks", "10¹⁰⁰ residual blocks". */
export function blocksOf({ depth }: PathLengthDistribution): string {
  if (depth === Number.POSITIVE_INFINITY) return "infinitely many residual blocks";
  return depth === 1 ? "1 residual block" : `${countOf(depth)} residual blocks`;
}

function panel(law: PathLengthDistribution, limit: number): Panel {
  const [from, to] = law.interval(1 - 2 * UNSEEN);
  const first = from <= 10 ? 0 : from;
  const step = Math.max(1, Math.ceil((to - first + 1) / MOST_BARS));
  // Their digits would not fit the axis: the distance from the median instead.
  const origin = to >= FAR ? law.quantile(0.5) : 0;
  const half = step > 1 || to - first > 80 ? 0.55 * step : 0.42;
  const bars = Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, index) => {
    const k = first + index * step;
    return {
      k,
      low: k - origin - half,
      high: k - origin + half,
      share: law.pmf(k),
      part: k > limit ? "beyond" : "within",
    };
  });
  const highest = largest(bars.map(({ share }) => share));
  return {
    height: 220,
    data: { values: bars },
    layer: [
      {
        mark: { type: "rect", tooltip: true },
        encoding: {
          x: {
            field: "low",
            type: "quantitative",
            title: `path length K${origin === 0 ? "" : ` − ${countOf(origin)}`}: residual branches traversed`,
            scale: {
              domain: [first - origin - step, Math.max(to, first + 4 * step) - origin + step],
              nice: false,
              zero: false,
            },
            axis: { tickMinStep: 1, tickCount: to >= 1000 ? 6 : 12, format: ",d" },
          },
          x2: { field: "high" },
          y: {
            field: "share",
            type: "quantitative",
            title: "share of variance",
            scale: { domain: [0, 1.06 * highest], nice: false },
            axis: { values: linearTicks(highest), labelExpr: "format(datum.value * 100, '~g') + ' %'" },
          },
          y2: { datum: 0 },
          color: {
            field: "part",
            type: "nominal",
            scale: { domain: ["within", "beyond"], range: [COLORS.skip, COLORS.amber] },
            legend: null,
          },
        },
      },
    ],
  } as Panel;
}
