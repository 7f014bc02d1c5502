import { describe, expect, it } from "vitest";
import { describeExtrapolation, describeSample } from "../../src/cli/sample/describe.js";
import type { ResultDocument } from "../../src/network/documents.js";
import { SHARES_FOOTNOTE } from "../../src/network/share-footnote.js";
import { plotOf, renderPlot, sampleMoments, sampleVariances, tableOf } from "../../src/plot/index.js";
import {
  backwardSampleDocument,
  extrapolationDocument,
  sampleDocument,
  varianceSampleDocument,
} from "./documents.js";
import {
  judged,
  judgedCurve,
  judgedExtrapolation,
  judgedGradient,
  judgedMoments,
  judgedSample,
} from "./judged-documents.js";

type Spec = ReturnType<typeof plotOf>;
type Row = Readonly<Record<string, number | string | null>>;
interface Layer {
  readonly mark?: { readonly type: string };
  readonly data?: { readonly values: readonly Row[] };
}
interface Panel {
  readonly title?: { readonly text: string; readonly subtitle?: readonly string[] };
  readonly data: { readonly values: readonly Row[] };
  readonly layer: readonly Layer[];
}

const panelsOf = (spec: Spec) => (spec as unknown as { vconcat: readonly Panel[] }).vconcat;
const wordsOf = (spec: Spec) => {
  const { text, subtitle } = (spec as unknown as { title: { text: string; subtitle: string[] } }).title;
  return { title: text, subtitle: subtitle.join(" ") };
};
const deviationsOf = (spec: Spec) =>
  panelsOf(spec).find(({ title }) => title?.text === "Measured beside predicted");
const seriesOf = (panel: Panel | undefined) => [...new Set(panel?.data.values.map(({ series }) => series))];
const bandsOf = (panel: Panel | undefined) =>
  panel?.layer.filter(({ mark }) => mark?.type === "rect").map(({ data }) => data?.values[0]);

describe("the title of a picture names the verdict", () => {
  it.each([
    ["Sampled networks beside the theory: differs, bias seen", judgedSample()],
    ["Sampled networks beside the theory: differs, bias seen", judgedMoments()],
    ["Gradients of sampled networks beside the theory: differs, bias seen", judgedGradient()],
    ["Sampled networks, extrapolated to an infinite width: cannot tell yet", judgedExtrapolation()],
    ["Sampled networks beside the theory: no difference found", sampleDocument()],
    ["Sampled networks beside the theory: no difference found", varianceSampleDocument()],
    [
      "Sampled networks, extrapolated to an infinite width: no difference found",
      extrapolationDocument("width"),
    ],
  ])("%s", (title, document) => {
    const words = wordsOf(plotOf(document as ResultDocument));
    expect(words.title).toBe(title);
    const isOld = title.endsWith("no difference found");
    expect(words.subtitle.includes("Judged with 95 % confidence")).toBe(!isOld);
    expect(words.subtitle.includes("Not judged: ")).toBe(!isOld);
  });

  it("and what is not judged has its reason, a reason once", () => {
    const sample = judgedSample();
    const notJudged = ["skip", "branch"].map((path) => ({ label: `${path} variance`, reason: "too few" }));
    const { subtitle } = wordsOf(plotOf({ ...sample, verdict: { ...sample.verdict, notJudged } }));
    expect(subtitle).toContain("Not judged: skip variance, branch variance (too few)");
  });

  it("but that of a part of a sample leaves the whole's to the line below", () => {
    const { title, subtitle } = wordsOf(sampleMoments(judgedMoments()));
    expect(title).toBe("Moments of the skip path");
    expect(subtitle).toContain("All of the sample: differs, bias seen Judged with 95 % confidence");
    expect(subtitle).toContain("of the squared batch mean: differs (margin");
    expect(wordsOf(sampleMoments(varianceSampleDocument())).subtitle).not.toMatch(/All of|margin/);
  });
});

describe("a series by block", () => {
  it("has its margin about its prediction", () => {
    const sample = judgedSample();
    const rows = panelsOf(plotOf(sample))[0].data.values.filter(({ series }) => series === "skip, predicted");
    expect(rows).toHaveLength(100);
    for (const [index, { y, low, high }] of rows.entries()) {
      const theory = Number(sample.predicted.skip[index]);
      expect(y).toBe(theory);
      expect(low).toBeCloseTo(0.98 * theory, 10);
      expect(high).toBeCloseTo(1.02 * theory, 10);
    }
  });

  it("has none where it is not judged: before the slopes, and in older documents", () => {
    const first = ({ layer }: Panel) => layer[0].data?.values.map(({ x }) => x).slice(0, 2);
    expect(first(panelsOf(sampleMoments(judgedMoments()))[0])).toEqual([4, 5]);
    const rows = panelsOf(plotOf(sampleDocument()))[0].data.values;
    for (const { series, low } of rows) expect(low !== undefined).toBe(String(series).endsWith("sampled"));
  });

  it("lies beside its prediction in a panel of its own, with one standard error and what came of it", () => {
    const sample = judgedSample();
    const panel = deviationsOf(plotOf(sample));
    expect(seriesOf(panel)).toEqual([
      "skip variance: agrees",
      "branch variance: differs, level +4.2 %, bias seen",
    ]);
    expect(bandsOf(panel)).toEqual([{ x: 1, to: 100, y: -0.02, high: 0.02 }]);
    expect(panel?.title?.subtitle).toEqual([
      "Dashed: as predicted; bands: one standard error; grey: the margin, ±2 %",
    ]);
    const row = panel?.data.values.find(({ series, x }) => x === 7 && String(series).startsWith("skip"));
    const theory = Number(sample.predicted.skip[6]);
    expect(row?.y).toBeCloseTo(sample.skip.mean[6] / theory - 1, 12);
    expect(Number(row?.high) - Number(row?.low)).toBeCloseTo((2 * sample.skip.se[6]) / theory, 12);
    for (const { series, y } of panel?.data.values ?? []) {
      if (String(series).startsWith("branch")) expect(y).toBeCloseTo(0.042, 12);
    }
  });

  it("of a gradient that is 14 % off at block 10 is seen to be, outside its margin", async () => {
    const spec = plotOf(judgedGradient());
    const panel = deviationsOf(spec);
    const highest = panel?.data.values.reduce((most, row) => (Number(row.y) > Number(most.y) ? row : most));
    expect(highest?.x).toBe(10);
    expect(highest?.y).toBeCloseTo(0.14, 12);
    expect(bandsOf(panel)).toEqual([{ x: 1, to: 50, y: -0.02, high: 0.02 }]);
    const svg = String(await renderPlot(spec, "svg"));
    expect(svg).toContain(">squared gradient norm: differs, level +7.4 %, bias seen<");
    expect(svg).toContain(">+10 %<");
  });

  it("of Fig 4b has a margin of its own, and one that is not judged says so", () => {
    const panel = deviationsOf(sampleMoments(judgedMoments()));
    expect(seriesOf(panel)).toEqual([
      "second moment: not judged",
      "batch variance: agrees",
      "squared batch mean: differs, level +15 %, bias seen",
    ]);
    expect(bandsOf(panel)).toEqual([
      { x: 4, to: 32, y: -0.02, high: 0.02 },
      { x: 4, to: 32, y: -0.1, high: 0.1 },
    ]);
    expect(panel?.title?.subtitle?.join(" ")).toContain(
      "±2 % of batch variance, ±10 % of squared batch mean",
    );
    const whole = deviationsOf(plotOf(judgedMoments()));
    expect(seriesOf(whole)).toContain("squared moving mean: differs, level +15 %, bias seen");
  });

  it("of recorded blocks stands at these", () => {
    const blocks = [1, 20, 500];
    const sample = { ...judgedSample(3), blocks };
    const deep = { ...sample, network: { ...sample.network, depth: 500 } };
    const panel = deviationsOf(plotOf(deep));
    expect(panel?.data.values.slice(0, 3).map(({ x }) => x)).toEqual(blocks);
  });

  it("is left out where 0 is predicted or float64 ends, and the panel says so", () => {
    const sample = judgedSample(3);
    const predicted = { ...sample.predicted, skip: [1, null, 3], branch: [0, 0, 0] };
    const panel = deviationsOf(plotOf({ ...sample, predicted } as never));
    expect(seriesOf(panel)).toEqual(["skip variance: agrees"]);
    expect(panel?.data.values.map(({ y }) => y === null)).toEqual([false, true, false]);
    expect(panel?.title?.subtitle?.join(" ")).toContain(
      "Left out: skip variance at 1 block, beyond float64; branch variance: differs, level +4.2 %, bias seen, predicted as 0",
    );
    const nothing = plotOf({ ...sample, predicted: { ...predicted, skip: [0, 0, 0] } } as never);
    expect(deviationsOf(nothing)).toBeUndefined();
    expect(wordsOf(nothing).subtitle).toContain("Left out: skip variance: agrees, predicted as 0");
  });

  it("that leaves the picture is said to", () => {
    const sample = judgedSample(3);
    const skip = { mean: [1, 1e9, 3], se: [0.1, 1e300, 0.1] };
    const panel = deviationsOf(plotOf({ ...sample, skip }));
    expect(panel?.title?.subtitle).toContain("Beyond −100 % and +200 % the curves leave the picture");
    for (const { y, low, high } of panel?.data.values ?? []) {
      for (const value of [y, low, high]) expect(Math.abs(Number(value))).toBeLessThan(10);
    }
    expect(deviationsOf(plotOf(sample))?.title?.subtitle?.join()).not.toContain("leave");
  });

  it("of an older document has neither band nor verdict", () => {
    for (const spec of [plotOf(sampleDocument()), sampleVariances(sampleDocument())]) {
      const panel = deviationsOf(spec);
      expect(seriesOf(panel)).toEqual(["skip variance", "branch variance"]);
      expect(bandsOf(panel)).toEqual([]);
      expect(panel?.title?.subtitle).toEqual(["Dashed: as predicted; bands: one standard error"]);
    }
    expect(seriesOf(deviationsOf(plotOf(backwardSampleDocument({ scheme: "batchnorm", depth: 5 }))))).toEqual(
      ["squared gradient norm"],
    );
  });
});

describe("path lengths", () => {
  it("are named with margin and verdict, those that differ first", () => {
    const sample = judgedSample();
    const one = sample.within["15"];
    const within = { "1": one, "2": one, "3": one, "4": judged(one, "differs") };
    const { subtitle } = wordsOf(plotOf({ ...sample, within }));
    expect(subtitle).toMatch(/Mean path length 4\.\d+ ± 0\.014 \(theory 4\.197, margin ±0\.084\): agrees/);
    expect(subtitle).toMatch(/P\(K ≤ 4\) [^P]*: differs P\(K ≤ 1\) [^P]*: cannot tell yet P\(K ≤ 2\)/);
    expect(subtitle).not.toContain("P(K ≤ 3)");
  });

  const sharesOf = (spec: Spec) => panelsOf(spec).at(-1);
  const withShare = (share: number) => {
    const sample = sampleDocument({ scheme: "batchnorm", depth: 5 });
    return { ...sample, shares: { ...sample.shares, mean: [share, ...sample.shares.mean.slice(1)] } };
  };
  const withProbability = (mean: number) => {
    const sample = sampleDocument({ scheme: "batchnorm", depth: 5 });
    return { ...sample, within: { "4": { ...sample.within["15"], mean } } };
  };

  it.each([
    ["a negative share", withShare(-0.003), true],
    ["a share above 1", withShare(1.02), true],
    ["P(K ≤ k) above 1", withProbability(1.001), true],
    ["P(K ≤ k) of 1 but for rounding", withProbability(1.000_000_1), false],
    ["a share of 0 but for rounding", withShare(-1e-9), false],
    [
      "a bar that reaches below 0",
      { ...withShare(0.001), shares: { mean: [0.001, 0.999], se: [0.1, 0.1] } },
      false,
    ],
  ])("%s has a footnote where it must", (_name, sample, isNoted) => {
    const document = { ...sample, within: sample.within["4"] ? sample.within : {} };
    const note = sharesOf(plotOf(document))?.title?.subtitle ?? [];
    expect(note.includes(SHARES_FOOTNOTE)).toBe(isNoted);
    const lines = describeSample(document, "sampled").split("\n");
    expect(lines.filter((line) => line === SHARES_FOOTNOTE)).toHaveLength(isNoted ? 1 : 0);
  });

  it("draw a share below 0", () => {
    const row = sharesOf(plotOf(withShare(-0.003)))?.data.values[0];
    expect(row?.mean).toBe(-0.003);
  });
});

describe("an extrapolation", () => {
  it.each(["width", "batch"] as const)("to an infinite %s has the margin along its theory", (along) => {
    const document = judgedExtrapolation(along);
    const [panel] = panelsOf(plotOf(document));
    const [{ limit, points }] = document.numbers;
    expect(panel.data.values).toHaveLength(1 + points.length);
    for (const [index, { theory }] of [limit, ...points].entries()) {
      const { x, least, most } = panel.data.values[index];
      expect(x).toBe(index === 0 ? 0 : 1 / document.sizes[index - 1]);
      expect(least).toBeCloseTo(0.98 * theory, 12);
      expect(most).toBeCloseTo(1.02 * theory, 12);
    }
    expect(panel.title?.text).toBe("mean length: cannot tell yet");
    expect(String(panel.title?.subtitle)).toMatch(/^in the limit .*\(theory 4\.197, margin ±0\.084\)$/);
    expect(wordsOf(plotOf(document)).subtitle).toContain(
      "Not judged: the numbers at each size (what they tend to is)",
    );
  });

  it("of before there were margins has none", () => {
    const [panel] = panelsOf(plotOf(extrapolationDocument("width")));
    expect(panel.title?.text).toMatch(/^mean length .*\(theory 4\.197\)$/);
    expect(panel.layer).toHaveLength(4);
    for (const row of panel.data.values) expect(row).not.toHaveProperty("least");
  });

  it("has the footnote where P(K ≤ k) of some size is above 1", () => {
    const document = judgedExtrapolation();
    const [first, second] = document.numbers;
    const [point, ...points] = second.points;
    const above = { ...second, points: [{ ...point, mean: 1.01 }, ...points] };
    const noted = { ...document, numbers: [first, above] };
    for (const [one, isNoted] of [
      [noted, true],
      [document, false],
    ] as const) {
      expect(wordsOf(plotOf(one)).subtitle.includes(SHARES_FOOTNOTE)).toBe(isNoted);
      expect(describeExtrapolation(one, "sampled").split("\n").includes(SHARES_FOOTNOTE)).toBe(isNoted);
    }
  });
});

describe("the table of a judged sample", () => {
  it("has margins, verdicts and curves", () => {
    const { columns, rows } = tableOf(judgedSample());
    expect(columns).toEqual(["", "mean", "standard error", "theory", "z", "margin", "verdict"]);
    const byName = Object.fromEntries(rows.map(([name, ...cells]) => [name, cells]));
    expect(byName["mean path length"].slice(4)).toEqual(["±0.084", "agrees"]);
    expect(byName["P(K ≤ 15)"].at(-1)).toBe("cannot tell yet");
    expect(byName["branch variance by block, level"]).toEqual([
      ...["+4.2 %", "0.4 %", "0 %", "10.5", "±2 %"],
      "differs, bias seen",
    ]);
    for (const cells of rows) expect(cells).toHaveLength(columns.length);
  });

  it("says what is not judged, and has neither column in an older one", () => {
    const { status: _, ...number } = judged(sampleDocument().meanLength);
    expect(tableOf({ ...judgedSample(), meanLength: number }).rows[0].at(-1)).toBe("not judged");
    expect(tableOf(sampleDocument()).columns).toHaveLength(5);
  });

  it("takes a curve of one contrast, whichever it is", () => {
    const { contrasts, ...curve } = judgedCurve({ label: "skip variance by block", to: 2 });
    const sample = { ...judgedSample(2), curves: [{ ...curve, contrasts: contrasts.slice(0, 1) }] };
    expect(tableOf(sample).rows.at(-1)?.[0]).toBe("skip variance by block, level");
    expect(seriesOf(deviationsOf(plotOf(sample)))[0]).toBe("skip variance: agrees");
  });
});
