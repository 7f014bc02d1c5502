import { parse } from "csv-parse/browser/esm/sync";
import { describe, expect, it } from "vitest";
import { type CsvBody, eachLine } from "../../src/network/measured-profile/csv-lines.js";
import { parseMeasuredProfile } from "../../src/network/measured-profile/index.js";
import { parseJson } from "../../src/network/parse-json.js";
import type { CurvePoint } from "../../src/plot/curve-point.js";
import { fewPoints } from "../../src/plot/few-points.js";
import { plotOf } from "../../src/plot/plot-of.js";
import { renderPlot } from "../../src/plot/render.js";
import { parseResultDocument } from "../../src/plot/result-document.js";
import { openStream } from "../../src/random/stream.js";
import {
  backwardSampleDocument,
  pathLengthsDocument,
  probesDocument,
  runDocument,
  sampleDocument,
  varianceProfileDocument,
} from "../plot/documents.js";

const MANY = 300_000;
const stream = openStream({ seed: 5, purpose: "large documents" });
const pick = <One>(list: readonly One[]) => list[Math.floor(list.length * stream.nextUniform())];
const variances = Array.from({ length: MANY }, () => 0.5 + stream.nextUniform());
const twice = variances.map((value) => 2 * value);

/** Blocks in an order of their own: 7 and their number have no common factor. */
const order = Array.from({ length: MANY }, (_, index) => (7 * index) % MANY);

describe(`a measured profile of ${MANY} blocks`, () => {
  const expected = { origin: "measured", skip: variances, branch: twice };

  it("is read from JSON, in any order", () => {
    const blocks = order.map((at) => ({ block: at + 1, skip: variances[at], branch: twice[at] }));
    expect(parseMeasuredProfile(JSON.stringify({ blocks }), { source: "it" })).toEqual(expected);
  });

  it.each([
    ["without quotation marks", ",", (row: string) => row],
    ["with some", ";", (row: string, at: number) => (at % 20_000 < 20 ? row.replace(/^\d+/, '"$&\n"') : row)],
  ])("is read from CSV %s", (_, separator, quoted) => {
    const lines = order.map((at) => quoted([at + 1, variances[at], twice[at]].join(separator), at));
    const text = [["block", "skip", "branch"].join(separator), ...lines].join("\r\n");
    expect(parseMeasuredProfile(text, { source: "it" })).toEqual(expected);
  });

  it("is refused with the place of what is wrong, near its end", () => {
    const lines = variances.slice(0, 30_000).map((skip, at) => `${at + 1},${skip},1`);
    const refusalOf = (last: string) => {
      const text = ["block,skip,branch", ...lines.slice(0, -1), last].join("\n");
      return () => parseMeasuredProfile(text, { source: "it" });
    };
    expect(refusalOf("5,1,1")).toThrow(
      "it, row 30001, column block: block 5 is there already (row 6); give each block once",
    );
    expect(refusalOf("x,1,1")).toThrow(/^it, row 30001, column block: must be a whole number .* not "x"$/);
    expect(refusalOf("30001,1,1")).toThrow(/^it, column block: block 30000 is missing/);
    expect(refusalOf("30000,1,1,1")).toThrow(/^it, row 30001: must have 3 fields .* not 4$/);
  });
});

describe("CSV in pieces", () => {
  const names = Array.from(
    { length: 30_000 },
    (_, row) => `${"x".repeat(row % 90)}${row % 3 === 0 ? '""\n' : ";"}`,
  );
  const rows = names.map((name, row) => `${row + 1};1;2;${row % 50 === 0 ? `"${name}"` : "-"}`);
  const body = (text: string): CsvBody => ({ text, firstLine: 1, separator: ";", source: "it" });

  it("has the lines and fields that csv-parse finds in the whole, also where a field has line breaks", () => {
    const text = [...rows, `7;1;2;"${names.join("")}"`, ...rows, ...rows].join("\n");
    expect(text.length).toBeGreaterThan(2 ** 21);
    const found: [number, readonly string[]][] = [];
    eachLine(body(text), (line, fields) => void found.push([line, fields]));
    expect(found).toEqual(linesOf(body(text)));
  });

  it("names the row where a mark is not closed, or within a field", () => {
    const many = [...rows, ...rows, ...rows];
    const refusal = (row: string) => () => eachLine(body([...many, row, ...many].join("\n")), () => {});
    const line = many.join("\n").split("\n").length + 1;
    expect(refusal('1;1;2;"open')).toThrow(/^it, row \d+: has a quotation mark within a field/);
    expect(refusal('1;1;2;5" wide')).toThrow(`it, row ${line}: has a quotation mark within a field`);
    expect(() => eachLine(body([...many, '1;1;2;"open'].join("\n")), () => {})).toThrow(
      `it, row ${line}: has a quotation mark that is not closed`,
    );
  });
});

describe("CSV without quotation marks", () => {
  it("has the lines and fields that csv-parse finds", () => {
    for (let round = 0; round < 500; round++) {
      const separator = pick([",", ";", "\t"]);
      const field = () => pick(["", " ", "\t", "1", " 2.5 ", "\u00a0x", "3,4", "a b", "\f", separator, "\n"]);
      const text = Array.from({ length: 12 }, () => field() + pick([separator, "\n", "\n\n"])).join("");
      const body: CsvBody = { text, firstLine: 3, separator, source: "it" };
      const found: [number, readonly string[]][] = [];
      eachLine(body, (line, fields) => void found.push([line, fields]));
      expect(found, JSON.stringify(text)).toEqual(linesOf(body));
    }
  });
});

/** The same by csv-parse. */
function linesOf({ text, firstLine, separator }: CsvBody): [number, string[]][] {
  const found: [number, string[]][] = [];
  let line = firstLine;
  parse(text, {
    delimiter: separator,
    record_delimiter: "\n",
    trim: true,
    relax_column_count: true,
    on_record: (record, { lines }) => {
      const fields = record.map((field: string) => field.trim());
      if (fields.some((one) => one !== "")) found.push([line, fields]);
      line = firstLine + lines;
      return null;
    },
  });
  return found;
}

describe("JSON", () => {
  it("with a bare NaN or Infinity is refused by row and column, and not for one within a name", () => {
    const documentOf = (skip: string) =>
      `{"blocks": [{"block": 1, "skip": 1, "branch": 1, "name": "NaN \\" Infinity"}, {"block": 2, "skip": ${skip}, "branch": 1}]}`;
    const read = (skip: string) => () => parseMeasuredProfile(documentOf(skip), { source: "it" });
    expect(read("2")()).toMatchObject({ skip: [1, 2] });
    for (const word of ["NaN", "Infinity", "-Infinity"]) {
      expect(read(word)).toThrow(`it, blocks[1], column skip: must be a number of at least 0, not "${word}"`);
    }
    expect(read("nan")).toThrow(/^it: is not JSON/);
  });

  it("is refused from 101 lists and objects in each other on, however many it has beside", () => {
    const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}0${"}]".repeat(depth / 2)}`;
    const wide = Array.from({ length: 1000 }, () => "[{}]").join(",");
    expect(() => parseJson(`[${wide},${nested(98)}]`)).not.toThrow();
    expect(() => parseJson(`[${wide},${nested(100)}]`)).toThrow(
      "more than 100 lists and objects in each other",
    );
  });
});

describe("a curve of many points", () => {
  const points: CurvePoint[] = variances.slice(0, 50_000).map((y, index) => ({
    x: index,
    y: index % 20_011 === 77 ? null : index === 33_333 ? 9 : index === 44_444 ? -9 : y,
    series: "a",
  }));

  it("keeps its ends, what stands out and its gaps, in order", () => {
    const few = fewPoints(points);
    expect(few.length).toBeLessThanOrEqual(4000);
    const xs = few.map(({ x }) => x);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    for (const point of few) expect(points[point.x]).toBe(point);
    expect(xs).toEqual(expect.arrayContaining([0, 77, 20_088, 40_099, 33_333, 44_444, 49_999]));
  });

  it("does not hide what follows a gap", () => {
    const holed = points.map((point, index) => (index % 7 === 0 ? { ...point, y: null } : point));
    const shown = fewPoints(holed).map(({ y }) => y);
    expect(shown).toContain(9);
    expect(shown).toContain(-9);
  });

  it("is left as it is beside longer ones where it is short, and alone", () => {
    const short = points.slice(0, 4000).map((point) => ({ ...point, series: "b" }));
    expect(fewPoints(short)).toBe(short);
    expect(fewPoints([...points, ...short]).filter(({ series }) => series === "b")).toEqual(short);
  });
});

describe(`the picture of a document of ${MANY} entries`, () => {
  const series = { mean: variances, se: variances };
  const run = runDocument({ depth: 2, steps: 20 });
  const blocks = variances.map((skip, index) => ({
    ...run.profile.before[0],
    block: index + 1,
    skip,
    branch: skip,
  }));
  const profile = varianceProfileDocument({ scheme: "batchnorm", depth: 5 });
  const sample = sampleDocument({ scheme: "batchnorm", depth: 5 });
  const backward = backwardSampleDocument({ scheme: "batchnorm", depth: 5 });
  const [first] = probesDocument({ depth: 3 }).runs;
  const probed = Array.from({ length: MANY }, (_, step) => ({ ...first[step % first.length], step }));
  const law = {
    ...pathLengthsDocument({ scheme: "batchnorm", depth: 9, within: 2 }),
    depth: MANY,
    pmf: variances.map((value) => value / MANY),
    within: { 123456: 0.4 },
  };
  const long = (network: object) => ({ network: { ...network, depth: MANY }, blocks: undefined });
  const documents = {
    "path-lengths": law,
    "variance-profile": { ...profile, depth: MANY, skip: variances, branch: twice },
    "backward-sample": {
      ...backward,
      ...long(backward.network),
      squaredNorm: series,
      predicted: { ...backward.predicted, logSquaredNorm: variances },
    },
    sample: {
      ...sample,
      ...long(sample.network),
      shares: series,
      predicted: { ...sample.predicted, shares: variances },
    },
    run: { ...run, depth: MANY, steps: MANY, lossCurve: twice, profile: { before: blocks, after: blocks } },
    probes: { kind: "probes", runs: [probed] },
  };

  it.each(Object.entries(documents))("is drawn: %s", async (name, document) => {
    // Of a sample the shares are many, and not the blocks; so many probes take long to write.
    const isMade = name === "sample" || name === "probes";
    const read = isMade ? document : await parseResultDocument(JSON.stringify(document), name);
    const svg = await renderPlot(plotOf(read as never), "svg");
    expect(svg.length).toBeGreaterThan(5000);
    expect(svg.length).toBeLessThan(2e7);
  });

  it("is written in every format", async () => {
    const spec = plotOf(documents["variance-profile"] as never);
    expect(String(await renderPlot(spec, "html")).length).toBeLessThan(3e6);
    expect([...((await renderPlot(spec, "png")) as Uint8Array).slice(1, 4)]).toEqual([80, 78, 71]);
  });

  it("has bars of the mean of several path lengths, none on both sides of the limit, all of the law together", () => {
    const { layer, data } = plotOf(law as never) as never as {
      layer?: unknown;
      data?: { values: { k: number; low: number; high: number; share: number; part: string }[] };
    };
    expect(layer).toBeDefined();
    const bars = data!.values;
    expect(bars.length).toBeLessThanOrEqual(10_001);
    // Bars overlap by a tenth of a length on either side.
    const widths = bars.map(({ low, high }) => high - low - 0.2);
    const total = bars.reduce((sum, { share }, index) => sum + share * widths[index], 0);
    const drawn = law.pmf.slice(bars[0].k, Math.round(bars[bars.length - 1].high));
    expect(total).toBeCloseTo(
      drawn.reduce((sum, share) => sum + share, 0),
      9,
    );
    expect(bars.find(({ part }) => part === "beyond")?.k).toBe(123_457);
  });
});
