import { describe, expect, it } from "vitest";
import { DataError } from "../../src/network/errors.js";
import { parseResultDocument, RESULT_KINDS } from "../../src/plot/index.js";
import { exampleDocuments, runDocument, sampleDocument } from "./documents.js";

const documents = exampleDocuments();

describe("reading a result document", () => {
  it("knows every kind", () => {
    const kinds = new Set(Object.values(documents).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([...RESULT_KINDS].sort());
  });

  it.each(Object.entries(documents))("takes %s", (_name, document) => {
    expect(parseResultDocument(JSON.stringify(document), "a")).toEqual(document);
  });

  it.each([
    ["", "a.json is not JSON (it is empty); give what a respath command prints with --json"],
    ['{"kind":', "a.json is not JSON ("],
    ["[1]", "a.json has no kind; a result document of respath has one of path-lengths,"],
    ["null", "a.json has no kind;"],
    ['{"kind":"nonsense"}', 'a.json has the kind "nonsense";'],
    [
      '{"kind":"path-lengths"}',
      "a.json is not a complete path-lengths document: scheme must be text, not missing",
    ],
    [
      JSON.stringify({ ...sampleDocument(), shares: { mean: [], se: [] } }),
      "shares.mean must be a list of numbers, not []",
    ],
    [
      JSON.stringify({ ...runDocument(), weightsSha256: "abc" }),
      'weightsSha256 must be 64 hexadecimal digits, not "abc"',
    ],
    [JSON.stringify({ kind: "trainability", runs: [{}] }), "runs[0].model must be text, not missing"],
  ])("refuses %s in one line", (text, message) => {
    let thrown: unknown;
    try {
      parseResultDocument(text, "a.json");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DataError);
    expect((thrown as Error).message).toContain(message);
    expect((thrown as Error).message).not.toContain("\n");
  });
});
