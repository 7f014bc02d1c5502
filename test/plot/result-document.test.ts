import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { VarianceProfileDocument } from "../../src/network/documents.js";
import { DataError } from "../../src/network/errors.js";
import { parseResultDocument, plotOf, RESULT_KINDS } from "../../src/plot/index.js";
import { exampleDocuments, runDocument, sampleDocument } from "./documents.js";

const documents = exampleDocuments();

describe("reading a result document", () => {
  it("takes the documents of before there was an input variance, and draws it", async () => {
    // Of the validation report of November 2026.
    const file = new URL("../fixtures/before-input-variance.json", import.meta.url);
    const old = JSON.parse(readFileSync(file, "utf8"));
    expect(old["path-lengths"]).toMatchObject({ convention: "paper" });
    for (const [name, drawn] of [
      ["path-lengths", "input variance s₀ = 0"],
      ["path-lengths-unit-input", "input variance s₀ = 1"],
    ]) {
      const document = await parseResultDocument(JSON.stringify(old[name]), name);
      expect(JSON.stringify(plotOf(document))).toContain(drawn);
    }
    const { inputVariance: _, ...profile } = documents["variance-profile-long"] as VarianceProfileDocument;
    const before = await parseResultDocument(JSON.stringify({ ...profile, convention: "paper" }), "before");
    expect(JSON.stringify(plotOf(before))).toContain("input variance s₀ = 0");
  });

  it("knows every kind", () => {
    const kinds = new Set(Object.values(documents).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([...RESULT_KINDS].sort());
  });

  it.each(Object.entries(documents))("takes %s", async (_name, document) => {
    expect(await parseResultDocument(JSON.stringify(document), "a")).toEqual(document);
  });

  it.each([
    ["", "a.json is not JSON (it is empty); give what a respath command prints with --json"],
    ['{"kind":', "a.json is not JSON ("],
    ["[1]", "a.json has no kind; a result document of respath has one of path-lengths,"],
    ["null", "a.json has no kind;"],
    ['{"kind":"nonsense"}', 'a.json has the kind "nonsense";'],
    [
      '{"kind":"path-lengths"}',
      "a.json is not a complete path-lengths document: activation is missing; make it again with --json",
    ],
    [
      JSON.stringify({ ...sampleDocument(), shares: { mean: [], se: [] } }),
      "shares.mean must be a list of at least one, not []",
    ],
    [
      JSON.stringify({ ...runDocument(), weightsSha256: "abc" }),
      'weightsSha256 must be 64 hexadecimal digits, not "abc"',
    ],
    [JSON.stringify({ kind: "trainability", runs: [{}] }), "runs[0].kind is missing"],
  ])("refuses %s in one line", async (text, message) => {
    const thrown = await parseResultDocument(text, "a.json").catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(DataError);
    expect((thrown as Error).message).toContain(message);
    expect((thrown as Error).message).not.toContain("\n");
  });
});
