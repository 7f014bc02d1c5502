import { describe, expect, it } from "vitest";
import { compareDesign, largestAlpha } from "../../src/analytic/index.js";
import type { PathLengthsDocument } from "../../src/network/documents.js";
import { logAxis, spansDecades } from "../../src/plot/axes.js";
import { textWidth } from "../../src/plot/fonts.js";
import { pathLengths, plotOf, renderPlot, trainability, validation } from "../../src/plot/index.js";
import {
  branchesLabel,
  counted,
  percentLabel,
  powerOfTen,
  schemeLabel,
  shortNumber,
  signedPercent,
  withError,
} from "../../src/plot/labels.js";
import { lossDomain, trailingMean } from "../../src/plot/loss.js";
import {
  olderValidationDocument,
  pathLengthsDocument,
  runDocument,
  sampleDocument,
  trainabilityDocument,
  validationDocument,
  varianceProfileDocument,
} from "./documents.js";

/** The words of a picture as drawn, line by line. */
async function wordsOf(spec: Parameters<typeof renderPlot>[0]): Promise<string[]> {
  const svg = String(await renderPlot(spec, "svg"));
  return [...svg.matchAll(/<t(?:ext|span)[^>]*>([^<]+)</g)].map((match) => match[1]);
}

function rowsOf(spec: unknown): Record<string, unknown>[] {
  return (spec as { data: { values: Record<string, unknown>[] } }).data.values;
}

describe("the path lengths", () => {
  it("marks the paper's 97.0 % at 15 of 10,000 blocks", async () => {
    const spec = pathLengths(pathLengthsDocument({ scheme: "batchnorm", depth: 10_000, inputVariance: 0 }));
    const words = await wordsOf(spec);
    expect(words).toContain("97.0 % of the variance in");
    expect(words).toContain("paths of 15 branches or fewer");
    expect(words).toContain("3.0 % in");
    const rows = rowsOf(spec);
    expect(rows.filter(({ part }) => part === "within").map(({ k }) => k)).toEqual(
      Array.from({ length: 16 }, (_, k) => k),
    );
  });

  it("gives another input its own number", async () => {
    const words = await wordsOf(pathLengths(pathLengthsDocument({ scheme: "batchnorm", depth: 10_000 })));
    expect(words).toContain("98.5 % of the variance in");
    expect(words.join(" ")).toContain("input variance s₀ = 1 (qᵢ = 1/(i + 1))");
  });

  it("breaks a line, but no formula", async () => {
    const input = { inputVariance: 1, inputOverBranch: 1.46694 };
    const document = { ...varianceProfileDocument({ scheme: "batchnorm", depth: 100 }), ...input };
    const lines = await wordsOf(plotOf({ ...document, activation: "relu" }));
    expect(lines).toContain("(qᵢ = 1/(i + 1.47))");
  });

  it("counts the channels of maps", async () => {
    const document = sampleDocument();
    const network = { ...document.network, imageSize: 8, width: 16 };
    const words = await wordsOf(plotOf({ ...document, network }));
    expect(words.join(" ")).toContain("8×8 maps, 16 channels, batch");
  });

  it("says the size of the images where it counts", async () => {
    const document = varianceProfileDocument({ scheme: "batchnorm", depth: 100 });
    const words = await wordsOf(plotOf({ ...document, imageSize: 16 }));
    expect(words.join(" ")).toContain("100 residual blocks, images of 16×16; input variance s₀ = 1");
  });

  it("shows where the mass is, when that is far from 0", () => {
    const rows = rowsOf(pathLengths(pathLengthsDocument({ scheme: "unnormalized", depth: 10_000 })));
    const total = rows.reduce((sum, { share }) => sum + (share as number), 0);
    expect(rows[0].k).toBeGreaterThan(4700);
    expect(rows.at(-1)?.k).toBeLessThan(5300);
    expect(total).toBeGreaterThan(0.999);
  });

  it("takes the limit it is told", async () => {
    const document: PathLengthsDocument = {
      ...pathLengthsDocument({ scheme: "batchnorm", depth: 100 }),
      within: { "2": 0.2, "15": 0.999_99 },
      beyond: { "2": 0.8, "15": 1e-5 },
    };
    expect((await wordsOf(pathLengths(document, 2))).join(" ")).toContain("20.0 % of the variance");
    expect((await wordsOf(pathLengths(document))).join(" ")).toContain("over 99.9 % of the variance");
  });
});

describe("the other pictures", () => {
  it("say where a profile exceeds float64, and leave the rest out", async () => {
    const words = await wordsOf(plotOf(varianceProfileDocument({ scheme: "unnormalized", depth: 2000 })));
    expect(words).toContain("The total exceeds float64 from block 1,024 on.");
    expect(words).toContain("10³⁰⁰");
  });

  it("leave out a variance of 0 on a logarithmic axis, and say so", async () => {
    const spec = plotOf(varianceProfileDocument({ scheme: "batchnorm", depth: 2000, inputVariance: 0 }));
    expect(rowsOf(spec)[0]).toEqual({ x: 1, y: null, series: "skip path" });
    expect(await wordsOf(spec)).toContain(
      "The skip path is 0 at 1 block, which a logarithmic axis does not show.",
    );
  });

  it("draw sampled shares one standard error to each side", () => {
    const document = sampleDocument();
    const panel = (plotOf(document) as unknown as { vconcat: unknown[] }).vconcat.at(-1);
    const row = rowsOf(panel)[4] as { low: number; high: number; mean: number; theory: number };
    expect(row.mean).toBe(document.shares.mean[4]);
    expect(row.high - row.low).toBeCloseTo(2 * document.shares.se[4], 12);
    expect(row.theory).toBe(document.predicted.shares[4]);
  });

  it("name the run that diverged and its step", async () => {
    const words = await wordsOf(trainability(trainabilityDocument()));
    expect(words).toContain("SkipInit 1: diverged at step 3");
    expect(words).toContain("chance: ln 10");
    expect(words).toContain("0 for SkipInit 0; not finite for SkipInit 1");
  });

  it("mark a run that diverged with finite losses where it left, and name its best test", async () => {
    const document = runDocument({});
    const lossCurve = document.lossCurve.map((loss, index) => (index < 2 ? loss : 1e10));
    const left = { ...document, lossCurve, outcome: "diverged" as const, outcomeStep: 3 };
    expect(await wordsOf(plotOf(left))).toContain("diverged at step 3");
    const tested = { ...document, testAccuracy: 0.4, bestTestAccuracy: 0.5, bestTestStep: 2 };
    expect((await wordsOf(plotOf(tested))).join(" ")).toContain(
      "Test accuracy 40.0 % (1,000 images), at best 50.0 % after step 2. ",
    );
  });

  it("tell two runs of one scheme apart", async () => {
    const runs = [runDocument({ learningRate: 0.1 }), runDocument({ learningRate: 0.2 })];
    const words = await wordsOf(trainability({ kind: "trainability", runs }));
    expect(words).toContain("BatchNorm, rate 0.1");
    expect(words).toContain("BatchNorm, rate 0.2");
  });

  it("tally the verdicts of a report, and show its numbers in units of their margins", async () => {
    const spec = validation(validationDocument());
    const words = (await wordsOf(spec)).join(" ");
    expect(words).toContain(
      "The claims: 1 agrees, 1 differs, 1 cannot be told yet; at the paper's scale 1 cannot",
    );
    for (const found of ["agrees (2)", "cannot tell yet (1)", "differs (1)", "not judged (1)"]) {
      expect(words).toContain(found);
    }
    const rows = rowsOf(spec);
    expect(rows).toHaveLength(5);
    const [exact, slope, share, width, far] = rows;
    expect(exact).toMatchObject({
      found: "agrees",
      at: expect.closeTo(0.0397388, 6),
      left: null,
      right: null,
    });
    expect(slope).toMatchObject({ bias: expect.stringContaining("bias seen"), at: expect.closeTo(0.6, 9) });
    expect(share).toMatchObject({ found: "cannot tell yet", low: -3.05, high: -0.05, left: null });
    expect(width).toMatchObject({ found: "not judged", at: expect.closeTo(-0.13 / 0.084, 9) });
    // 1 is 11.9 margins: an arrow at the edge in place of the point.
    expect(far).toMatchObject({ found: "differs", at: null, from: 8, to: 8, left: null, right: 8 });
  });

  it("name what is measured in full, however long its label", async () => {
    const label =
      "BatchNorm's moving variance (skip path) in the last of 100 blocks, off its prediction there";
    for (const document of [validationDocument(), olderValidationDocument()]) {
      const named = JSON.parse(JSON.stringify(document).replace(document.claims[1].numbers[0].label, label));
      expect(await wordsOf(validation(named))).toContain(`2. ${label}`);
    }
    const spec = validation(validationDocument()) as unknown as {
      layer: { encoding: { y?: { axis: object } } }[];
    };
    const [{ labelLimit }] = spec.layer.flatMap(({ encoding: { y } }) => y?.axis ?? []) as {
      labelLimit: number;
    }[];
    expect(labelLimit).toBeGreaterThan(textWidth("2. skip variance by block, last", { size: 11 }));
  });

  it("count the z-scores beyond 3 of an older report, and refuse one that has none", async () => {
    const document = olderValidationDocument();
    expect((await wordsOf(validation(document))).join(" ")).toContain("1 beyond ±3");
    const bare = { ...document, claims: document.claims.slice(0, 1) };
    expect(() => validation(bare)).toThrow("claims must be claims with a margin or a z-score");
  });

  it("mark what a design asked for, and dash the curves that coincide", async () => {
    const spec = plotOf(compareDesign(largestAlpha({ depth: 50, within: 5, probability: 0.9 })));
    const words = await wordsOf(spec);
    expect(words).toContain("k = 5");
    expect(words).toContain("90 %");
    expect(words).toContain("unnormalised leaves the picture");
    const dashes = JSON.stringify(spec).match(
      /"domain":(\[[^\]]*\]),"range":(\[\[[^\]]*\](?:,\[[^\]]*\])*\])/,
    );
    const [names, patterns] = [JSON.parse(dashes![1]), JSON.parse(dashes![2])];
    expect(
      names.filter((_: string, index: number) => patterns[index].length > 0 && patterns[index][1] > 0),
    ).toEqual(["unnormalised", "Fixup"]);
  });

  it("refuse a design without a network to compare", () => {
    expect(() => plotOf(largestAlpha({ depth: 1e6, within: 5, probability: 0.9 }))).toThrow(
      /comparison must be/,
    );
  });

  it("refuse a document of another kind", () => {
    expect(() => plotOf({ kind: "sketch" } as never)).toThrow(
      "kind must be one of path-lengths, measured-path-lengths, predicted-path-lengths, sampled-path-lengths",
    );
  });
});

describe("axes", () => {
  it("hold values up to the end of float64, with ticks inside", () => {
    const { domain, axis } = logAxis([1e-300, 1, 1e308, null, 0]);
    expect(domain[0]).toBeGreaterThan(0);
    expect(domain[1]).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(axis.values.length).toBeGreaterThan(2);
    for (const tick of axis.values) expect(tick >= domain[0] && tick <= domain[1]).toBe(true);
  });

  it("have ticks within one power of ten", () => {
    expect(logAxis([2.1, 6]).axis.values).toEqual([2, 5]);
  });

  it("are logarithmic for wide ranges and for a branch that would lie on the axis", () => {
    expect(spansDecades([1, 2000])).toBe(true);
    expect(spansDecades([1, 2.7], [0.01, 0.027])).toBe(true);
    expect(spansDecades([1, 100], [1, 1])).toBe(false);
    expect(spansDecades([0, null])).toBe(false);
  });
});

describe("losses", () => {
  it("are averaged over the last steps, fewer at the beginning", () => {
    const values = [1, 2, 3, 10, null];
    const means = values.map((_, index) => trailingMean(values, { window: 2, index }));
    expect(means).toEqual([1, 1.5, 2.5, 6.5, null]);
  });

  it("that explode do not flatten the others", () => {
    const [low, high] = lossDomain([
      [2.3, 1.5],
      [2.3, 1e30, null],
    ]);
    expect(low).toBeLessThan(1.5);
    expect(high).toBeLessThan(4);
  });

  it("stand against chance among as many classes as there are", () => {
    const drawn = (classes?: number) => JSON.stringify(plotOf({ ...runDocument(), classes }));
    expect(drawn()).toContain('"chance: ln 10"');
    expect(drawn(100)).toContain('"chance: ln 100"');
    expect(drawn(100)).toContain(`{"y":${Math.log(100)}}`);
    expect(lossDomain([[4.7, 4.5]], 100)[1]).toBeGreaterThan(4.7);
  });
});

describe("labels", () => {
  it.each([
    [percentLabel(0.970_198_69), "97.0 %"],
    [percentLabel(1e-9), "under 0.1 %"],
    [percentLabel(1 - 1e-9), "over 99.9 %"],
    [percentLabel(1), "100 %"],
    [counted(1, "block"), "1 block"],
    [branchesLabel({ activation: "relu" }), "ReLU branches"],
    [counted(10_000, "branch"), "10,000 branches"],
    [powerOfTen(-12), "10⁻¹²"],
    [shortNumber(9.7876), "9.79"],
    [shortNumber(-1.23e-7), "−1.23 × 10⁻⁷"],
    [shortNumber(2 ** -15), "3.05 × 10⁻⁵"],
    [withError(4.1342, 0.0141), "4.134 ± 0.014"],
    [withError(-0.5, 0), "−0.5"],
    [withError(1, 1e-16), "1"],
    [signedPercent(0.0423), "+4.2 %"],
    [signedPercent(-0.0423), "−4.2 %"],
    [schemeLabel({ scheme: "skipinit", alpha: "1/sqrt(d)" }), "SkipInit 1/√d"],
  ])("%s", (label, expected) => {
    expect(label).toBe(expected);
  });
});
