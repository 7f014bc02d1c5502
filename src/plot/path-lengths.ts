import type { TopLevelSpec } from "vega-lite";
import type { MeasuredPathLengthsDocument } from "../network/documents/comparison.js";
import type { PathLengthsDocument } from "../network/documents.js";
import { largest } from "../network/extremes.js";
import { linearTicks } from "./axes.js";
import { countOf, figure, oneRow } from "./figures.js";
import {
  branchesLabel,
  counted,
  grouped,
  inputLabel,
  percentLabel,
  schemeLabel,
  shortNumber,
} from "./labels.js";
import type { PlotsOf } from "./plot.js";
import type { Table } from "./table.js";
import { COLORS, onePanel, type Panel } from "./theme.js";

/** Path lengths of less mass than this at either end are not shown. */
const UNSEEN = 2e-4;

/** Of more path lengths than these several share a bar, as high as their mean. */
const MOST_BARS = 10_000;

/** Room above the highest bar for the annotation. */
const HEADROOM = 1.36;

/** The axis holds at least this many path lengths, so that a law at one point does not fill the picture. */
const LEAST_SPAN = 4;

/**
 * Fig 3: the share of the output's variance by path length, the part within `within` branches marked.
 *
 * @param within a key of the document's `within`, the largest if absent.
 */
export function pathLengths(document: PathLengthsDocument, within?: number): TopLevelSpec {
  const settings = `${schemeLabel(document)}, ${branchesLabel(document)}, ${counted(document.depth, "residual block")}, at initialisation`;
  const remark = `; ${inputLabel(document)}`;
  return pictureOf(document, { settings, remark, within });
}

/** The same of a profile that was given: measured, sampled or predicted. */
export function measuredPathLengths(document: MeasuredPathLengthsDocument): TopLevelSpec {
  const { kind, source, depth, time } = document;
  const when = time === undefined ? "" : ` ${time} training`;
  const settings = `${source}, ${counted(depth, "residual block")}, ${kind.split("-", 1)[0]}${when}`;
  return pictureOf(document, { settings, remark: "" });
}

type Law = Pick<PathLengthsDocument, "depth" | "mean" | "within" | "beyond" | "pmf" | "pmfFrom">;

interface Words {
  /** What network it is. */
  readonly settings: string;
  /** What follows the mean path length. */
  readonly remark: string;
  readonly within?: number;
}

function pictureOf(law: Law, { settings, remark, within }: Words): TopLevelSpec {
  const { depth, mean } = law;
  const limit =
    within ??
    Object.keys(law.within)
      .map(Number)
      .sort((a, b) => a - b)
      .at(-1);
  const inside = limit === undefined ? undefined : law.within[limit];
  const mark =
    limit === undefined || inside === undefined
      ? undefined
      : {
          limit,
          inside,
          rest: percentLabel(law.beyond[limit] ?? 1 - inside),
          claim: `${percentLabel(inside)} of the variance in paths of ${counted(limit, "branch")}${limit === 0 ? "" : " or fewer"}`,
        };
  const title = "Share of the output variance by path length";
  return onePanel(
    {
      description: `${title}: ${settings}. ${mark ? `${mark.claim}; ` : ""}mean path length ${shortNumber(mean)}.`,
      title,
      subtitle: [settings, `Mean path length ${shortNumber(mean)} of at most ${grouped(depth)}${remark}`],
    },
    panel(law, mark),
  );
}

interface Mark {
  readonly limit: number;
  readonly inside: number;
  /** What lies beyond, as a percentage. */
  readonly rest: string;
  readonly claim: string;
}

function panel(document: Law, mark: Mark | undefined): Panel {
  const from = document.pmfFrom ?? 0;
  const [first, last] = shownRange(document);
  const highest = largest(document.pmf);
  const domain = [first - 0.6, Math.max(last, first + LEAST_SPAN) + 0.6] as const;
  const top = HEADROOM * highest;
  const isDense = last - first > 80;
  // Neighbours that just touch would show a seam.
  const half = isDense ? 0.6 : 0.42;
  const bars = groupsOf(first, last, mark?.limit).map(([k, end]) => ({
    k,
    low: k - half,
    high: end + half,
    share: meanShare(document.pmf, k - from, end - from),
    part: mark && k > mark.limit ? "beyond" : "within",
  }));
  const bar = {
    mark: { type: "rect", tooltip: true },
    encoding: {
      x: {
        field: "low",
        type: "quantitative",
        title: "path length K: residual branches traversed",
        scale: { domain, nice: false, zero: false },
        axis: { tickMinStep: 1, tickCount: last >= 1000 ? 7 : 12, format: ",d" },
      },
      x2: { field: "high" },
      y: {
        field: "share",
        type: "quantitative",
        title: "share of variance",
        scale: { domain: [0, top], nice: false },
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
  };
  return {
    height: 240,
    data: { values: bars },
    layer: [bar, ...(mark ? annotation(mark, domain, top) : [])],
  } as Panel;
}

/** Path lengths by the bar that shows them, the first and the last: one each, or as many as leave no more than {@link MOST_BARS}. */
function groupsOf(first: number, last: number, limit = last): [number, number][] {
  const size = Math.ceil((last - first + 1) / MOST_BARS);
  const groups: [number, number][] = [];
  for (let k = first; k <= last; ) {
    // None has lengths on both sides of the limit.
    const end = Math.min(last, k + size - 1, k <= limit ? limit : last);
    groups.push([k, end]);
    k = end + 1;
  }
  return groups;
}

function meanShare(pmf: readonly number[], first: number, last: number): number {
  if (first === last) return pmf[first];
  let sum = 0;
  for (let index = first; index <= last; index++) sum += pmf[index];
  return sum / (last - first + 1);
}

/** The rule behind the last path length within the limit, and on either side of it what lies there. */
function annotation(mark: Mark, [low, high]: readonly [number, number], top: number): object[] {
  const { limit, inside, rest, claim } = mark;
  const at = limit + 0.5;
  const text = (words: string | string[], x: number, y: number, rest: object) => ({
    data: { values: [{ x, y }] },
    mark: {
      type: "text",
      text: words,
      baseline: "top",
      fontSize: 13,
      fontWeight: 600,
      lineHeight: 17,
      ...rest,
    },
    encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } },
  });
  // A limit outside the picture has no rule; the sentence stands alone.
  if (at >= high || at <= low) {
    const color = inside > 0.5 ? COLORS.skip : COLORS.amberText;
    return [text(claim, low, top, { align: "left", dx: 6, color })];
  }
  const rule = {
    data: { values: [{ x: at, from: 0, to: top }] },
    mark: { type: "rule", strokeDash: [4, 3], color: COLORS.theory },
    encoding: {
      x: { field: "x", type: "quantitative" },
      y: { field: "from", type: "quantitative" },
      y2: { field: "to" },
    },
  };
  const [head, tail] = claim.split(" in paths of ");
  const lines = [`${head} in`, `paths of ${tail}`];
  const beside = { align: "left", dx: 8 };
  if ((at - low) / (high - low) < 0.36) {
    return [
      rule,
      text(lines, at, top, { ...beside, color: COLORS.skip }),
      text(`${rest} in longer paths`, at, top, { ...beside, dy: 36, color: COLORS.amberText }),
    ];
  }
  return [
    rule,
    text(lines, at, top, { align: "right", dx: -8, color: COLORS.skip }),
    text([`${rest} in`, "longer paths"], at, top, { ...beside, color: COLORS.amberText }),
  ];
}

function shownRange({ pmf, pmfFrom = 0 }: Law): [number, number] {
  let [first, before] = [0, pmf[0]];
  while (before < UNSEEN && first < pmf.length - 1) before += pmf[++first];
  let [last, after] = [pmf.length - 1, pmf.at(-1) ?? 0];
  while (after < UNSEEN && last > first) after += pmf[--last];
  return [pmfFrom === 0 && first <= 10 ? 0 : pmfFrom + first, pmfFrom + last];
}

type Lengths = Pick<PathLengthsDocument, "mean" | "variance" | "within" | "beyond" | "quantiles">;

function table({ mean, variance, within, beyond, quantiles }: Lengths): Table {
  const [k] = Object.keys(within).slice(-1);
  return oneRow({
    mean: figure(mean),
    variance: figure(variance),
    [`P(K ≤ ${k})`]: figure(within[k]),
    [`P(K > ${k})`]: figure(beyond[k]),
    median: countOf(quantiles["0.5"]),
    "97 % quantile": countOf(quantiles["0.97"]),
  });
}

const OF_A_PROFILE = { draw: measuredPathLengths, table } as const;

export const PATH_LENGTHS: PlotsOf<
  "path-lengths" | "measured-path-lengths" | "sampled-path-lengths" | "predicted-path-lengths"
> = {
  "path-lengths": { draw: (document) => pathLengths(document), table },
  "measured-path-lengths": OF_A_PROFILE,
  "predicted-path-lengths": OF_A_PROFILE,
  "sampled-path-lengths": OF_A_PROFILE,
};
