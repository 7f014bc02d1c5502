import { describe, expect, it } from "vitest";
import {
  compareDesign,
  compareSchemes,
  deepestNetwork,
  measuredPathLengths,
  predictPathLengths,
  predictVarianceProfile,
  resolveScheme,
  sampleBackward,
  sampleBlockVariances,
  sampleNetworks,
  sampleSizes,
  train,
} from "../../src/index.js";
import type { ProbeDocument } from "../../src/network/documents/probe.js";
import type { Comparison, JudgedCurve } from "../../src/network/documents/verdict.js";
import { curveRow } from "../../src/network/judged-curve.js";
import type { Showable } from "../../src/notebook/showable.js";
import { tableOf } from "../../src/notebook/table-of.js";
import { RESULT_KINDS } from "../../src/plot/index.js";
import { olderValidationDocument, validationDocument } from "../plot/documents.js";
import { sweepDocument } from "../plot/sweep-document.js";
import { easyImages } from "../train/images.js";

/** What a cell must say: words as they are, or a number to so many significant digits. */
type Cell = string | readonly [value: number, digits: number];

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** The number that a reader takes from a cell: "−1.25", "1,000", "2.5 × 10⁻⁷". */
function read(cell: string): number {
  const plain = cell.replaceAll("−", "-").replaceAll(",", "");
  const [, mantissa, power] = /^(?:(.+) × )?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/.exec(plain) ?? [];
  if (power === undefined) return Number(plain);
  const exponent = [...power].map((sign) => (sign === "⁻" ? "-" : RAISED.indexOf(sign))).join("");
  return Number(`${mantissa ?? 1}e${exponent}`);
}

function expectTable(value: Showable, columns: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const table = tableOf(value);
  expect(table.columns).toEqual(columns);
  expect(table.rows).toHaveLength(rows.length);
  for (const [row, cells] of rows.entries()) {
    expect(table.rows[row]).toHaveLength(columns.length);
    for (const [column, cell] of cells.entries()) {
      const shown = table.rows[row][column];
      const where = `${columns[column]} of row ${row + 1}`;
      if (typeof cell === "string") expect(shown, where).toBe(cell);
      else {
        const [number, digits] = cell;
        const unit = 10 ** (Math.floor(Math.log10(Math.abs(number) || 1)) + 1 - digits);
        expect(Math.abs(read(shown) - number), `${where}: ${shown}`).toBeLessThanOrEqual(0.501 * unit);
      }
    }
  }
  kinds.add((value as { kind: string }).kind);
}

/** The kinds of document that the tests below have shown. */
const kinds = new Set<string>();

const LENGTHS = ["mean", "variance", "P(K ≤ 1)", "P(K > 1)", "median", "97 % quantile"];
const COMPARISONS = ["", "mean", "standard error", "theory", "z", "margin", "verdict"];

const STATUS = { agrees: "agrees", differs: "differs", "cannot-tell": "cannot tell yet" } as const;

/** A row of a mean over trials, whose z is recomputed from the rest. */
function compared(name: string, { mean, se, theory, margin = 0, status, biasSeen }: Comparison): Cell[] {
  const z = se === 0 ? 0 : (mean - theory) / se;
  const verdict = status === undefined ? "not judged" : `${STATUS[status]}${biasSeen ? ", bias seen" : ""}`;
  return [name, [mean, 6], [se, 2], [theory, 6], [z, 3], `±${Number(margin.toPrecision(2))}`, verdict];
}

/** The rows of curves, in per cent, each by one of its contrasts or its parabola's farthest place. */
function ofCurves(curves: readonly JudgedCurve[] = []): Cell[][] {
  return curves.map((curve) => {
    const { label, comparison } = curveRow(curve);
    const [name, , , , z, , verdict] = compared(label, comparison);
    return [name, percent(comparison.mean, "+"), percent(comparison.se), "0 %", z, "±2 %", verdict];
  });
}

function percent(share: number, plus = ""): string {
  const sign = share < 0 ? "−" : share > 0 ? plus : "";
  return `${sign}${Number(Math.abs(100 * share).toPrecision(2))} %`;
}

describe("the table of path lengths", () => {
  it("has the moments, tails and quantiles of a predicted law", () => {
    // Binomial(4, 1/2).
    const document = predictPathLengths({ scheme: resolveScheme("sqrt2"), depth: 4, within: [1] });
    expectTable(document, LENGTHS, [["2", "1", "0.3125", "0.6875", "2", "4"]]);
  });

  it("is about the longest of the lengths that were asked for", () => {
    const document = predictPathLengths({ scheme: resolveScheme("sqrt2"), depth: 4, within: [0, 3] });
    expect(tableOf(document).columns[2]).toBe("P(K ≤ 3)");
    expect(tableOf(document).rows[0][2]).toBe("0.9375");
  });

  it.each(["measured", "sampled", "predicted"] as const)("has those of a %s profile", (origin) => {
    // q = 1/2 and 3/4: mean 5/4, variance 1/4 + 3/16, P(K = 2) = 3/8.
    const profile = { origin, skip: [1, 1], branch: [1, 3] };
    const document = measuredPathLengths({ profile, source: "a.json", within: [1] });
    expectTable(document, LENGTHS, [["1.25", "0.4375", "0.625", "0.375", "1", "2"]]);
  });
});

describe("the table of a design", () => {
  const columns = ["solved for", "alpha", "depth", "P(K ≤ 1)", "mean length", "total variance"];

  it("has what was found", () => {
    // K is Binomial(d, 1/2): P(K ≤ 1) = (1 + d)/2^d is 1/2 at d = 3, and the variance doubles each time.
    const design = compareDesign(deepestNetwork({ alpha: 1, within: 1, probability: 0.5 }));
    expectTable(design, columns, [["depth", "1", "3", "0.5", "1.5", "8"]]);
  });

  it("has dashes for what is not there", () => {
    const design = compareDesign(deepestNetwork({ alpha: 1, within: 1, probability: 0.5 }));
    const { network: _, ...unanswered } = { ...design, alpha: null, depth: null };
    expectTable(unanswered, columns, [["depth", "–", "–", "–", "–", "–"]]);
  });
});

describe("the table of compared schemes", () => {
  it("has a row for each, beyond float32 and float64 too", () => {
    const schemes = ["sqrt2", "unnormalized"].map((name) => resolveScheme(name));
    const columns = ["scheme", "mean length", "97 % quantile", "total variance", "gradient ratio"];
    expectTable(
      compareSchemes({ schemes, depth: 4 }),
      [...columns, "overflow block"],
      [
        ["divide by √2", "2", "4", "1", "1", "none"],
        ["unnormalised", "2", "4", "16", "8", "none"],
      ],
    );
    // The variance is 2^d, and float32 ends below 2^128; the gradient goes through all blocks but the last.
    const [, row] = tableOf(compareSchemes({ schemes, depth: 1030 })).rows;
    expect(row.slice(0, 2)).toEqual(["unnormalised", "515"]);
    expect(row.slice(3)).toEqual(["10^310.06", "10^309.76", "128"]);
  });
});

describe("the table of a variance profile", () => {
  const columns = ["block", "skip path", "residual branch", "branch's share"];

  it("has the blocks whose number doubles, and the last", () => {
    const document = predictVarianceProfile({ scheme: resolveScheme("batchnorm"), depth: 12 });
    expectTable(
      document,
      columns,
      [1, 2, 4, 8, 12].map((i): Cell[] => [String(i), [i, 6], "1", [1 / (i + 1), 6]]),
    );
  });

  it("has dashes beyond float64, and blocks evenly spaced in their logarithm", () => {
    const document = predictVarianceProfile({ scheme: resolveScheme("unnormalized"), depth: 7776 });
    const { rows } = tableOf(document);
    expect(rows.map(([block]) => block)).toEqual(["1", "6", "36", "216", "1,296", "7,776"]);
    expect(rows[2]).toEqual(["36", "3.43597 × 10¹⁰", "3.43597 × 10¹⁰", "0.5"]);
    expect(rows[5]).toEqual(["7,776", "–", "–", "–"]);
  });
});

describe("the table of a sample", () => {
  const small = { depth: 3, width: 4, inputDimension: 4, batch: 8, trials: 3, seed: 5 } as const;
  const [batchnorm, unnormalized] = ["batchnorm", "unnormalized"].map((name) => resolveScheme(name));

  it("has the path lengths", async () => {
    const document = await sampleNetworks({ scheme: unnormalized, ...small, within: [0, 2] });
    // Binomial(3, 1/2).
    expect(document.meanLength.theory).toBeCloseTo(1.5, 12);
    expectTable(document, COMPARISONS, [
      compared("mean path length", document.meanLength),
      compared("P(K ≤ 0)", { ...document.within[0], theory: 1 / 8 }),
      compared("P(K ≤ 2)", { ...document.within[2], theory: 7 / 8 }),
      compared("second moment / its prediction", { ...(document.size as Comparison), theory: 1 }),
      ...ofCurves(document.curves),
    ]);
  });

  it("has the slope of a normalised network's variance, else its size", async () => {
    const normalized = await sampleBlockVariances({ scheme: batchnorm, ...small, activation: "relu" });
    expectTable(normalized, COMPARISONS, [
      compared("slope of the skip variance", normalized.slopes?.skip as Comparison),
      compared("slope of the squared moving mean", normalized.slopes?.movingMeanSquared as Comparison),
      compared("branch variance, mean over blocks", normalized.averages?.branch as Comparison),
      compared("variance before the last block", normalized.averages?.lastMovingVariance as Comparison),
      ...ofCurves(normalized.curves),
    ]);
    const other = await sampleBlockVariances({ scheme: unnormalized, ...small });
    expectTable(other, COMPARISONS, [
      compared("second moment / its prediction", { ...(other.size as Comparison), theory: 1 }),
      ...ofCurves(other.curves),
    ]);
  });

  it("has the gradient's growth and path lengths", async () => {
    const document = await sampleBackward({ scheme: unnormalized, ...small, within: [1] });
    expectTable(document, COMPARISONS, [
      compared("squared gradient norm / its prediction", { ...document.growth, theory: 1 }),
      compared("mean path length", { ...document.meanLength, theory: 1.5 }),
      compared("P(K ≤ 1)", { ...document.within[1], theory: 1 / 2 }),
      ...ofCurves(document.curves),
    ]);
  });

  it.each(["width", "batch"] as const)("has the limits of an infinite %s", async (along) => {
    const options = { scheme: unnormalized, ...small, within: [1], along, sizes: [4, 8] };
    const document = await sampleSizes(options);
    const [meanLength, within] = document.numbers.map(({ limit }) => limit);
    expectTable(document, COMPARISONS, [
      compared(`mean length, ${along} → ∞`, { ...meanLength, theory: 1.5 }),
      compared(`P(K ≤ 1), ${along} → ∞`, { ...within, theory: 1 / 2 }),
    ]);
  });
});

describe("the table of training", () => {
  const settings = { model: "wrn-10-0.25", batch: 16, learningRate: 0.05, imageSize: 8, testImages: 20 };
  const data = { train: easyImages(64), test: easyImages(20, 1) };
  const columns = ["scheme", "outcome", "steps", "first loss", "last loss", "test accuracy"];

  it("has a row for each run", async () => {
    const first = await train({ ...settings, scheme: "batchnorm", steps: 3, data });
    const second = await train({ ...settings, scheme: resolveScheme("rezero"), steps: 2, data });
    const rows = [first, second].map(({ lossCurve, testAccuracy, outcome }, index): Cell[] => [
      ["BatchNorm", "ReZero"][index],
      outcome,
      ["3", "2"][index],
      [lossCurve[0] as number, 4],
      [lossCurve.at(-1) as number, 4],
      [testAccuracy as number, 4],
    ]);
    expectTable(first, columns, rows.slice(0, 1));
    expectTable({ kind: "trainability", runs: [first, second] }, columns, rows);
    const lost = { ...second, loss: { first: 2.3, last: null }, testAccuracy: null };
    expect(tableOf(lost).rows[0].slice(3)).toEqual(["2.3", "–", "–"]);
  });

  it("has the carried law of each run's first probe and last", async () => {
    const probes: ProbeDocument[] = [];
    const onProbe = (probe: ProbeDocument) => probes.push(probe);
    await train({ ...settings, scheme: "batchnorm", steps: 2, data, probeEvery: { steps: 1 }, onProbe });
    expect(probes.map(({ step }) => step)).toEqual([0, 1, 2]);
    const law = ({ carried }: ProbeDocument): Cell[] => {
      const pmf = carried?.pmf ?? [];
      const mean = pmf.reduce((sum, share, k) => sum + k * share, 0);
      const within = (k: number) => pmf.slice(0, k + 1).reduce((sum, share) => sum + share, 0);
      return [[mean, 3], String(pmf.findIndex((_, k) => within(k) >= 0.97))];
    };
    expectTable(
      { kind: "probes", runs: [probes] },
      ["scheme", "steps", "mean length before", "97 %", "mean length after", "97 %"],
      [["BatchNorm", "2", ...law(probes[0]), ...law(probes[2])]],
    );
    const lost = { kind: "probes", runs: [[probes[0], { ...probes[2], carried: null }]] } as const;
    expect(tableOf(lost).rows[0].slice(4)).toEqual(["–", "–"]);
  });
});

it("the table of a validation has the claims and their verdicts", () => {
  expectTable(
    validationDocument(),
    ["claim", "verdict", "at the paper's scale"],
    [
      ["97 % from paths of 15 branches or fewer", "agrees", ""],
      ["Variance grows in proportion to depth", "cannot tell yet", ""],
      ["Path lengths of sampled networks", "differs", "cannot tell yet"],
    ],
  );
  expectTable(
    olderValidationDocument(),
    ["claim", "verdict"],
    [
      ["97 % from paths of 15 branches or fewer", "no difference found"],
      ["Variance grows in proportion to depth", "no difference found"],
      ["Path lengths of sampled networks", "differs"],
    ],
  );
});

it("the table of a sweep has a row a cell", () => {
  expectTable(
    sweepDocument(),
    ["lr", "", "", "test accuracy, mean", "standard error", "seeds", "lost"],
    [
      ["0.125", "scheme batchnorm", "", "0.505", "0.005", "2", "0"],
      ["0.25", "scheme batchnorm", "", "0.525", "0.005", "2", "0"],
      ["0.5", "scheme batchnorm", "", "0.545", "0.005", "2", "0"],
      ["0.125", "scheme skipinit", "", "0.505", "0.005", "2", "0"],
      ["0.25", "scheme skipinit", "", "0.525", "0.005", "2", "0"],
      ["0.5", "scheme skipinit", "", "–", "–", "0", "2"],
    ],
  );
});

it("every kind of document has been shown", () => {
  expect([...kinds].sort()).toEqual([...RESULT_KINDS].sort());
});
