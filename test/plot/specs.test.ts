import { type LoggerInterface, logger, Warn } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { beforeAll, describe, expect, it } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import { SCHEME_NAMES } from "../../src/network/schemes/index.js";
import { FONT_FILES, loadFont } from "../../src/plot/fonts.js";
import {
  plotOf,
  renderPlot,
  runLoss,
  sampleMoments,
  sampleShares,
  sampleVariances,
  trainabilityLoss,
  trainabilityProfiles,
} from "../../src/plot/index.js";
import { schemeLabel } from "../../src/plot/labels.js";
import {
  exampleDocuments,
  imageSampleDocument,
  runDocument,
  sampleDocument,
  trainabilityDocument,
} from "./documents.js";
import { judgedExtrapolation, judgedGradient, judgedMoments, judgedSample } from "./judged-documents.js";

const judged = {
  "sample, judged": judgedSample(),
  "sample, judged, of one block": judgedSample(1),
  "variance-sample, judged": judgedMoments(),
  "backward-sample, judged": judgedGradient(),
  "sample-extrapolation, judged": judgedExtrapolation(),
};

const specs: Record<string, TopLevelSpec> = {
  ...Object.fromEntries(
    Object.entries({ ...exampleDocuments(), ...judged }).map(([name, document]) => [name, plotOf(document)]),
  ),
  "sample, variances alone": sampleVariances(sampleDocument()),
  "sample, shares alone": sampleShares(sampleDocument()),
  "variance-sample-images, moments": sampleMoments(imageSampleDocument()),
  "variance-sample-images, judged, moments": sampleMoments(judgedMoments()),
  "run, loss alone": runLoss(runDocument()),
  "trainability, loss alone": trainabilityLoss(trainabilityDocument()),
  "trainability, profiles alone": trainabilityProfiles(trainabilityDocument()),
};

/** A logger that keeps what it is told. */
function recorder(): { logger: LoggerInterface; messages: string[] } {
  const messages: string[] = [];
  const base = logger(Warn);
  for (const level of ["error", "warn"] as const) {
    base[level] = (...words: readonly unknown[]) => {
      messages.push(words.join(" "));
      return base;
    };
  }
  return { logger: base, messages };
}

/** The data of a specification, inline everywhere. */
function dataOf(spec: object): { values: unknown[] }[] {
  return Object.entries(spec).flatMap(([key, value]) =>
    key === "data" ? [value] : typeof value === "object" && value !== null ? dataOf(value) : [],
  );
}

describe.each(Object.entries(specs))("the picture of %s", (_name, spec) => {
  let svg = "";
  const { logger: recording, messages } = recorder();
  beforeAll(async () => {
    svg = String(await renderPlot(spec, "svg", { logger: recording }));
  });

  it("is drawn without a warning", () => {
    expect(messages).toEqual([]);
  });

  it("shows marks, and no number that is none", () => {
    expect(svg.match(/class="mark-(rect|line|symbol|area) role-mark/g)?.length).toBeGreaterThan(0);
    expect(svg).toMatch(/<path aria-|<path [^>]*d="M/);
    expect(svg).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it("is as wide as a README shows it, within 10 %", () => {
    const width = Number(/width="([\d.]+)"/.exec(svg)?.[1]);
    expect(width).toBeGreaterThan(0.9 * 640);
    expect(width).toBeLessThan(1.1 * 640);
  });

  it("is set in glyphs that the bundled fonts have", () => {
    const shown = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]).join("");
    expect(shown.length).toBeGreaterThan(20);
    const missing = Object.values(FONT_FILES).flatMap((file) =>
      [...new Set(shown)].filter((character) => loadFont(file).charToGlyphIndex(character) === 0),
    );
    expect(missing).toEqual([]);
  });

  it("carries all of its data, and says what version of Vega-Lite it needs", () => {
    const data = dataOf(spec);
    expect(data.length).toBeGreaterThan(0);
    for (const one of data) expect(Object.keys(one)).toEqual(["values"]);
    expect(spec.$schema).toBe("https://vega.github.io/schema/vega-lite/v5.json");
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });
});

describe("the test of warnings", () => {
  it("would notice one", async () => {
    const { logger: recording, messages } = recorder();
    const encoding = { y: { field: "y", type: "quantitative" } };
    const empty = { data: { values: [] }, mark: "point", encoding } as never;
    await renderPlot(empty, "svg", { logger: recording });
    expect(messages.length).toBeGreaterThan(0);
  });
});

describe("the glyph test", () => {
  it("would notice a character that the fonts lack", () => {
    expect(loadFont(FONT_FILES.regular).charToGlyphIndex("⟨")).toBe(0);
    expect(loadFont(FONT_FILES.regular).charToGlyphIndex("√")).toBeGreaterThan(0);
  });
});

describe("specifications of small documents", () => {
  it("share one style", () => {
    const [first, ...others] = Object.values(specs).map(({ config }) => config);
    for (const config of others) expect(config).toEqual(first);
    expect(first).toMatchSnapshot();
  });

  it.each([
    "path-lengths-short",
    "variance-profile-rezero",
    "sample-short",
    "sample-extrapolation",
    "backward-sample",
    "run-short",
    "validation",
    "validation-older",
    "variance-sample-images, moments",
    "trainability",
  ])("%s is as it was", (name) => {
    // Of long data, the ends; of numbers, what does not depend on the last bits of an elementary function.
    const short = JSON.parse(JSON.stringify({ ...specs[name], config: null }), (key, value) => {
      if (typeof value === "number") return Number(value.toPrecision(10));
      return key === "values" && value.length > 8 && typeof value[0] === "object"
        ? [...value.slice(0, 2), `… ${value.length} rows`, ...value.slice(-2)]
        : value;
    });
    expect(JSON.stringify(short, null, 1)).toMatchSnapshot();
  });
});

describe("names of schemes", () => {
  it.each(SCHEME_NAMES)("%s is called as its definition calls it", (name) => {
    const { title, alpha } = resolveScheme(name);
    expect(schemeLabel({ scheme: name, alpha })).toBe(title.replace("sqrt(d)", "√d"));
  });
});
