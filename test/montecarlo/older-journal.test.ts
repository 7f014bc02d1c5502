import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sampleNetworks } from "../../src/montecarlo/index.js";
import { recordOfLine } from "../../src/montecarlo/sample/journal-lines.js";
import { InvalidArgumentError } from "../../src/network/errors.js";
import { alteredDocuments } from "../robustness/altered-documents.js";
import { SMALL_SAMPLE } from "./small-sample.js";

/** Two trials as version 0.1.0 wrote them on 2026-11-30. */
const older = new URL("../fixtures/before-formats/journal.jsonl", import.meta.url);

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "respath-journal-"));
  path = join(folder, "run.jsonl");
  await copyFile(older, path);
});
afterEach(() => rm(folder, { recursive: true }));

const sample = () => sampleNetworks({ ...SMALL_SAMPLE, out: path });

describe("a journal of an older version", () => {
  it("is gone on from", async () => {
    const text = await readFile(path, "utf8");
    const document = await sample();
    expect(await readFile(path, "utf8")).toBe(text);
    const fresh = await sampleNetworks(SMALL_SAMPLE);
    expect(document.meanLength.mean).toBeCloseTo(fresh.meanLength.mean, 5);
    expect(document.skip.mean[1]).toBeCloseTo(fresh.skip.mean[1], 5);
  });

  it("of a newer one is refused in one line", async () => {
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace('"format":1', '"format":2'));
    await expect(sample()).rejects.toThrow("was written by a newer version of respath (format 2");
    await expect(sample()).rejects.toThrow(InvalidArgumentError);
  });

  it("with a header that is altered is refused in one short line", async () => {
    const [header, ...lines] = (await readFile(path, "utf8")).split("\n");
    for (const { name, text } of alteredDocuments(JSON.parse(header), { seed: 2, most: 60 })) {
      await writeFile(path, [text, ...lines].join("\n"));
      const error = await sample().catch((reason: unknown) => reason);
      expect(error, name).toBeInstanceOf(InvalidArgumentError);
      expect((error as Error).message, name).toMatch(/^[^\n]{1,600}$/);
    }
  });

  it("has records, or damaged lines: a series of another length is one", async () => {
    const [first, line] = (await readFile(path, "utf8")).split("\n");
    const header = JSON.parse(first);
    const record = recordOfLine(line, { trial: 0, header });
    expect(record?.blocks).toEqual(Int32Array.of(1, 2));
    expect(recordOfLine(line, { trial: 1, header })).toBeUndefined();
    expect(recordOfLine(line, { trial: 0, header: { ...header, backward: true } })).toBeUndefined();
    const short = JSON.parse(line);
    short.skip.variance.float64 = short.skip.variance.float64.slice(0, 8);
    expect(recordOfLine(JSON.stringify(short), { trial: 0, header })).toBeUndefined();
    for (const { text } of alteredDocuments(JSON.parse(line), { seed: 4, most: 500 })) {
      const found = recordOfLine(text, { trial: 0, header });
      // What is not refused differs in a number, or in a field that nothing reads.
      if (found) expect(Object.keys(found)).toEqual(expect.arrayContaining(["trial", "blocks", "shares"]));
    }
  });
});
