import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type {
  DesignDocument,
  SampleDocument,
  ValidationDocument,
  VarianceProfileDocument,
  VarianceSampleDocument,
} from "../../src/network/documents.js";
import { DataError } from "../../src/network/errors.js";
import { parseResultDocument, plotOf, RESULT_KINDS, sampleMoments } from "../../src/plot/index.js";
import { claimFigure4b } from "../../src/reproduce/figure-4b.js";
import {
  convolutionalSampleDocument,
  exampleDocuments,
  imageSampleDocument,
  runDocument,
  sampleDocument,
} from "./documents.js";
import { sweepDocument } from "./sweep-document.js";

const documents: ReturnType<typeof exampleDocuments> = { ...exampleDocuments(), sweep: sweepDocument() };

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

  it("takes samples of images from when they had a kind of their own, alone and in a report", async () => {
    const old = convolutionalSampleDocument();
    const read = (await parseResultDocument(JSON.stringify(old), "old")) as VarianceSampleDocument;
    // What it did not say of its images is left out.
    const document = imageSampleDocument();
    const { images: _, ...network } = document.network;
    const now = { ...document, network };
    expect(read).toEqual(now);
    expect(plotOf(read)).toEqual(plotOf(now));
    expect(sampleMoments(read)).toEqual(sampleMoments(now));
    const file = new URL("../fixtures/older/report.json", import.meta.url);
    const text = readFileSync(file, "utf8");
    const before = JSON.parse(text);
    const { documents: all } = (await parseResultDocument(text, "report.json")) as ValidationDocument;
    expect(before.documents["figure-4b"].kind).toBe("convolutional-sample");
    const { channels, trials, slopes, slopeFrom, skip } = before.documents["figure-4b"];
    const same = {
      kind: "variance-sample",
      format: 3,
      network: { activation: "relu", width: channels },
      trials,
      slopes,
      slopeFrom,
      skip,
    };
    expect(all["figure-4b"]).toMatchObject(same);
    // Of the other samples the settings are elsewhere, and of what is no sample nothing has changed.
    const { "figure-4b": _4b, ...others } = all;
    for (const [name, one] of Object.entries(others)) {
      const flat = ({ network, format, ...rest }: SampleDocument) => ({ ...network, ...rest });
      expect(one.kind === "sample" ? flat(one) : one, name).toEqual(before.documents[name]);
    }
    // Its claim still has what the document says, but for the last bits of the share; it is judged by margins.
    const { numbers } = claimFigure4b(all["figure-4b"] as VarianceSampleDocument);
    const claim = before.claims.find(({ id }: { readonly id: string }) => id === "figure-4b");
    expect(numbers.slice(0, 3)).toMatchObject(claim.numbers.slice(0, 3));
    expect(numbers[3].value).toBeCloseTo(claim.numbers[3].value, 14);
  });

  it.each([
    [{ channels: undefined }, ": channels is missing"],
    [{ predicted: 3 }, "predicted must be an object, not 3"],
    [{ predicted: {} }, "predicted.skip is missing"],
    [{ skip: { mean: [1], se: [0] } }, "skip.mean must be a list of 32, by depth, not [1]"],
  ])("refuses one of them with %j", async (change, message) => {
    const text = JSON.stringify({ ...convolutionalSampleDocument(), ...change });
    await expect(parseResultDocument(text, "old")).rejects.toThrow(message);
  });

  it("refuses a design that has found no network, which has no picture", async () => {
    const { comparison: _, network: __, ...found } = documents.design as DesignDocument;
    const text = JSON.stringify({ ...found, depth: null });
    await expect(parseResultDocument(text, "d.json")).rejects.toThrow(
      "d.json has no picture: it is a design without other schemes beside it",
    );
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
