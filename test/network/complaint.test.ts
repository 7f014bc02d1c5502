import { describe, expect, it } from "vitest";
import { check as checkpoint } from "../../src/network/checks/compiled/checkpoint.js";
import { check as profile } from "../../src/network/checks/compiled/profile.js";
import { check as ofRun } from "../../src/network/checks/compiled/RunDocument.js";
import { check as ofSample } from "../../src/network/checks/compiled/SampleDocument.js";
import { check as stack } from "../../src/network/checks/compiled/stack.js";
import { check as ofValidation } from "../../src/network/checks/compiled/ValidationDocument.js";
import { complaintOf, sentenceOf } from "../../src/network/checks/complaint.js";
import { InvalidArgumentError } from "../../src/network/errors.js";
import { newerFormat } from "../../src/network/format.js";
import { parseJson } from "../../src/network/parse-json.js";
import { shown, shownName } from "../../src/network/shown.js";
import { runDocument, sampleDocument, validationDocument } from "../plot/documents.js";

const STACK = { name: "a", stem: { width: 8 }, stages: [{ blocks: 1, width: 8 }] };
const run = runDocument();

describe("a complaint", () => {
  it.each([
    [
      stack,
      { ...STACK, stages: [{ blocks: 0, width: 8 }] },
      "stages[0].blocks must be a whole number from 1 to 30000, not 0",
    ],
    [
      stack,
      { ...STACK, stem: { width: 8, kernel: 2 } },
      "stem.kernel must be an odd number from 1 to 31, not 2",
    ],
    [
      stack,
      { ...STACK, activation: "ReLU" },
      'activation must be one of linear, relu (did you mean "relu"?), not "ReLU"',
    ],
    [stack, { ...STACK, stages: Array(1) }, "stages[0] must be an object, not missing"],
    [
      stack,
      { ...STACK, stagse: [] },
      'a field of it must be one of $schema, format, name, input, imageSize, activation, stem, stages (did you mean "stages"?), not "stagse"',
    ],
    [
      stack,
      { ...STACK, stages: [{ blocks: 1, widht: 8 }] },
      'a field of stages[0] must be one of blocks, width, stride, layers (did you mean "width"?), not "widht"',
    ],
    [
      profile,
      { blocks: [{ block: 1, skip: "1", branch: 1 }] },
      'blocks[0].skip must be a number of at least 0, not "1"',
    ],
    [checkpoint, { step: 1, settings: null, circumstances: {} }, "settings must be an object, not null"],
    [
      checkpoint,
      { step: 0.5, settings: {}, circumstances: {} },
      "step must be a whole number of at least 1, not 0.5",
    ],
    [
      ofRun,
      { ...run, loss: { first: "2", last: 2 } },
      'loss.first must be a number of at least 0 or null, not "2"',
    ],
    [
      ofRun,
      { ...run, design: { alphaLearned: 1, convBiases: true, dropout: 0 } },
      "design.alphaLearned must be true or false, not 1",
    ],
    [
      ofRun,
      { ...run, warmup: { step: 3 } },
      'warmup must be an object with steps or an object with epochs, not {"step":3}',
    ],
    [ofRun, { ...run, warmup: { steps: 0 } }, "warmup.steps must be a whole number of at least 1, not 0"],
    [ofRun, { ...run, weightsSha256: "g" }, 'weightsSha256 must be 64 hexadecimal digits, not "g"'],
    [ofSample, { ...sampleDocument(), trials: undefined }, "trials is missing"],
    [
      ofValidation,
      { ...validationDocument(), documents: { a: { kind: "sketch" } } },
      'documents.a.kind must be a kind of document that is known, not "sketch"',
    ],
    [
      ofValidation,
      { ...validationDocument(), documents: { a: { ...run, depth: -1 } } },
      "documents.a.depth must be a whole number of at least 1, not -1",
    ],
  ])("names the place, what is there and what may be: %#", (check, value, words) => {
    const complaint = complaintOf(check, value);
    expect(complaint && sentenceOf(complaint)).toBe(words);
  });

  it("is none of what fits, whatever else a later version writes", () => {
    expect(complaintOf(ofRun, { ...run, colour: "red" })).toBeUndefined();
    expect(complaintOf(stack, STACK)).toBeUndefined();
  });

  it("is short, whatever is long", () => {
    const key = "k".repeat(100_000);
    for (const value of [
      { ...run, outcome: "x".repeat(100_000) },
      { ...run, dataChecksums: { [key]: 1 } },
      { ...run, profile: Array(200_000).fill(0) },
    ]) {
      expect(sentenceOf(complaintOf(ofRun, value)!).length).toBeLessThan(200);
    }
  });
});

describe("a value in a message", () => {
  it.each([
    [undefined, "missing"],
    [Number.NaN, "NaN"],
    [1e21, "1e+21"],
    ["a\nb", '"a\\nb"'],
    [{ a: [1, null], "b c": "d" }, '{"a":[1,null],"b c":"d"}'],
    ["a".repeat(100), `"${"a".repeat(39)}…`],
    [Array(1000).fill(1), `${"[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,".slice(0, 40)}…`],
    [{ ["k".repeat(1e6)]: 1 }, `{"${"k".repeat(38)}…`],
  ])("is JSON, cut: %#", (value, text) => {
    expect(shown(value)).toBe(text);
  });

  it("may contain itself, or be as deep as it likes", () => {
    const own: unknown[] = [];
    own.push(own);
    expect(shown(own)).toBe(`${"[".repeat(40)}…`);
    let deep: unknown = [];
    for (let i = 0; i < 100_000; i++) deep = { a: deep };
    expect(shown(deep)).toHaveLength(41);
    expect(new InvalidArgumentError("a", deep, "b").message.length).toBeLessThan(250);
  });

  it("is a name as it stands, unless it is long or cannot be printed", () => {
    expect([shownName("a b"), shownName("a\u001b"), shownName("a".repeat(50)).length]).toEqual([
      "a b",
      '"a\\u001b"',
      41,
    ]);
  });
});

describe("JSON", () => {
  it("is read as it is, up to 100 lists and objects in each other", () => {
    const nested = (depth: number) => `${'{"a":['.repeat(depth / 2)}${"]}".repeat(depth / 2)}`;
    expect(parseJson(nested(100))).toEqual(JSON.parse(nested(100)));
    for (const depth of [102, 200_000])
      expect(() => parseJson(nested(depth))).toThrow(/^it has more than 100 lists/);
  });

  it("is refused in one line", () => {
    expect(() => parseJson(" \n")).toThrow(/^it is empty$/);
    expect(() => parseJson('{"a":\n\n1,}')).toThrow(/^[^\n]+$/);
  });
});

it("a newer format is told from those that are known", () => {
  for (const value of [null, undefined, 3, {}, { format: 1 }, { format: "2" }, { format: Number.NaN }]) {
    expect(newerFormat(value)).toBeUndefined();
  }
  const newer = (format: number, known: number) =>
    `was written by a newer version of respath (format ${format}; this one reads ${known}): update respath`;
  expect(newerFormat({ format: 2 })).toBe(newer(2, 1));
  for (const kind of ["run", "constructor", "__proto__"]) {
    expect(newerFormat({ kind, format: 2 }), kind).toBe(newer(2, 1));
  }
  expect(newerFormat({ kind: "validation", format: 2 })).toBeUndefined();
  expect(newerFormat({ kind: "validation", format: 3 })).toBe(newer(3, 2));
  for (const kind of ["sample", "variance-sample", "backward-sample", "sample-extrapolation"]) {
    expect(newerFormat({ kind, format: 3 }), kind).toBeUndefined();
    expect(newerFormat({ kind, format: 4 }), kind).toBe(newer(4, 3));
    const documents = { one: { kind, format: 3 }, two: null, three: { kind, format: 4 } };
    expect(newerFormat({ kind: "validation", format: 1, documents })).toBe(newer(4, 3));
    expect(newerFormat({ kind: "validation", documents: { ...documents, three: {} } })).toBeUndefined();
  }
});
