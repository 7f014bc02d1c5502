import { describe, expect, it } from "vitest";
import {
  binomialLaw,
  compareSchemes,
  harmonicLaw,
  pathLengths,
  poissonLaw,
  predictPathLengths,
  predictVarianceProfile,
  resolveScheme,
} from "../../src/index.js";
import { type MimeBundle, mimeBundle, show } from "../../src/notebook/index.js";
import { renderPlot } from "../../src/plot/index.js";

const DISPLAY = Symbol.for("Jupyter.display");

/** What a kernel asks the last expression of a cell for. */
function displayOf(value: unknown): (() => Promise<MimeBundle>) | undefined {
  return (value as Record<symbol, () => Promise<MimeBundle>>)[DISPLAY];
}

const document = predictPathLengths({
  scheme: resolveScheme("batchnorm"),
  depth: 10_000,
  inputVariance: 0,
  within: [15],
});
const comparison = { mean: 4.134, se: 0.014, theory: 4.206, z: -5.14 };
const profile = { origin: "measured", skip: [1, 2, 3], branch: [1, 1, 0.5] } as const;

/** Everything a notebook shows, and what its table must say. */
const SHOWN: readonly (readonly [string, unknown, readonly string[]])[] = [
  ["the paper's law", harmonicLaw({ depth: 10_000, offset: 0 }), ["P(K ≤ 15)", "0.970199", "0.0298013"]],
  ["a law of 10¹⁰⁰ blocks", harmonicLaw({ depth: 1e100, offset: 0 }), ["230.836"]],
  ["a law of 10¹⁵ blocks", binomialLaw({ depth: 1e15, probability: 0.25 }), ["2.5 × 10¹⁴"]],
  ["the Poisson limit", poissonLaw({ mean: 1 }), ["P(K ≤ 3)"]],
  ["a law at one point", harmonicLaw({ depth: 1, offset: 0 }), ["P(K ≤ 1)"]],
  ["the law of a profile", pathLengths(profile), ["mean"]],
  ["a path-lengths document", document, ["P(K ≤ 15)", "0.970199"]],
  ["a document from a file", JSON.parse(JSON.stringify(document)), ["P(K ≤ 15)", "0.970199"]],
  [
    "a variance profile beyond float64",
    predictVarianceProfile({ scheme: resolveScheme("unnormalized"), depth: 2000 }),
    ["2,000", "–"],
  ],
  ["a profile of one's own", profile, ["block", "3", "0.142857"]],
  [
    "a comparison of schemes",
    compareSchemes({
      schemes: ["batchnorm", "unnormalized"].map((name) => resolveScheme(name)),
      depth: 2000,
    }),
    ["BatchNorm", "unnormalised", "10^602.06", "128"],
  ],
  ["a comparison with theory", comparison, ["4.134", "4.206", "−5.14"]],
];

describe("what is the last expression of a cell shows itself", () => {
  it.each(SHOWN)("%s", async (_name, value, words) => {
    const bundle = await displayOf(value)?.();
    if (!bundle) throw new Error("it does not");
    expect(Object.keys(bundle)).toEqual(["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
    for (const word of words) expect(bundle["text/plain"]).toContain(word);
    const png = Buffer.from(bundle["image/png"], "base64");
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    // A kernel sends the specification as JSON: nothing in it may be lost on the way.
    const spec = bundle["application/vnd.vegalite.v5+json"];
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    expect(spec.$schema).toContain("/v5.json");
  });

  it("and the table is in the picture, without a word from Vega", async () => {
    for (const [name, value, words] of SHOWN) {
      const { "application/vnd.vegalite.v5+json": spec } = await displayOf(value)!();
      const complaints: unknown[] = [];
      const complain = (...words: unknown[]) => {
        complaints.push(words);
        return logger;
      };
      const silent = () => logger;
      const logger: object = { level: silent, error: complain, warn: complain, info: silent, debug: silent };
      const svg = String(await renderPlot(spec, "svg", { logger: logger as never }));
      expect(complaints, name).toEqual([]);
      for (const word of words) expect(svg, name).toContain(`>${word}<`);
    }
  });

  it("draws the probabilities of the law, and marks those within the 97 % quantile", async () => {
    const law = harmonicLaw({ depth: 10_000, offset: 0 });
    const { "application/vnd.vegalite.v5+json": spec } = await mimeBundle(law);
    const [panel] = (spec as unknown as { vconcat: { data: { values: Record<string, unknown>[] } }[] })
      .vconcat;
    for (const bar of panel.data.values) {
      expect(bar.share).toBe(law.pmf(Number(bar.k)));
      expect(bar.part).toBe(Number(bar.k) <= 15 ? "within" : "beyond");
    }
    expect(panel.data.values.length).toBeGreaterThan(18);
  });
});

describe("the picture of a comparison", () => {
  const panelOf = async (one: object) => {
    const { "application/vnd.vegalite.v5+json": spec } = await mimeBundle(one as never);
    const { title, vconcat } = spec as unknown as {
      title: { subtitle: string[] };
      vconcat: { data: { values: object[] }; layer: { encoding: { x: { field: string } } }[] }[];
    };
    const fields = vconcat[0].layer.map(({ encoding }) => encoding.x.field);
    return { subtitle: title.subtitle.join(" "), row: vconcat[0].data.values[0], fields };
  };

  it("has the margin about the theory, the band about the mean, and the status", async () => {
    const band = { low: -0.122, high: -0.022 };
    const one = { ...comparison, margin: 0.084, band, status: "cannot-tell", biasSeen: true };
    const { subtitle, row, fields } = await panelOf(one);
    expect(row).toMatchObject({
      least: 4.206 - 0.084,
      most: 4.206 + 0.084,
      from: 4.206 - 0.122,
      to: 4.206 - 0.022,
    });
    expect(fields).toEqual(["least", "from", "low", "mean", "theory"]);
    expect(subtitle).toContain("cannot tell yet, bias seen; grey: margin ±0.084; thin bar: confidence band");
  });

  it("has neither where there is none", async () => {
    const { subtitle, fields } = await panelOf(comparison);
    expect(fields).toEqual(["low", "mean", "theory"]);
    expect(subtitle).not.toMatch(/margin|band/);
  });
});

describe("nothing else changes", () => {
  it("other values have no display of their own", () => {
    for (const other of [{}, [], { kind: "unknown" }, { mean: 1 }, () => 1, "text", 3, new Map()]) {
      expect(displayOf(other)).toBeUndefined();
    }
  });

  it("documents stay plain JSON", () => {
    expect(Object.getOwnPropertySymbols(document)).toEqual([]);
    const seen: string[] = [];
    for (const key in { a: 1 }) seen.push(key);
    expect(seen).toEqual(["a"]);
    expect(structuredClone(document)).toEqual(document);
  });

  it("an object may still be given a display of its own, by assignment too", () => {
    const own = () => Promise.resolve({ "text/plain": "mine" });
    const assigned: Record<symbol, unknown> = {};
    assigned[DISPLAY] = own;
    expect(assigned[DISPLAY]).toBe(own);
    expect(Object.keys({ [DISPLAY]: own })).toEqual([]);
    expect(displayOf({})).toBeUndefined();
  });
});

describe("show", () => {
  it("shows a value in the middle of a cell", async () => {
    const bundle = await displayOf(show(comparison))!();
    expect(bundle).toEqual(await mimeBundle(comparison));
  });

  it("refuses what has no picture", () => {
    expect(() => show({ kind: "nothing" } as never)).toThrow(/value must be a result document, .*not/);
  });
});
