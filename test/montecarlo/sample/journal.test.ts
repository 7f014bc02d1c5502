import { appendFile, mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { resolveScheme } from "../../../src/analytic/index.js";
import { type SampleOptions, sampleNetworks } from "../../../src/montecarlo/index.js";
import { Journal } from "../../../src/montecarlo/sample/journal.js";
import { decodeRecord, encodeRecord } from "../../../src/montecarlo/sample/record-codec.js";
import { InvalidArgumentError } from "../../../src/network/index.js";
import { temporaryFolders } from "../../helpers/temporary-folder.js";

let folder: string;
let path: string;
const newFolder = temporaryFolders("journal");
beforeEach(() => {
  folder = newFolder();
  path = join(folder, "run.jsonl");
});

const options: SampleOptions = {
  scheme: resolveScheme("batchnorm"),
  depth: 6,
  width: 12,
  batch: 8,
  within: [2],
  trials: 5,
};

/** Samples with the journal; says how many networks were drawn, and not found. */
async function sample(more: Partial<SampleOptions> = {}) {
  const networks = async () => {
    const lines = (await readFile(path, "utf8").catch(() => "")).split("\n");
    return Math.max(0, lines.length - 2);
  };
  const before = await networks();
  const document = await sampleNetworks({ ...options, out: path, ...more });
  return { document, drawn: (await networks()) - before };
}

describe("a record on a line", () => {
  it.each([
    ["float64", "AAAA"],
    ["int32", "AAAAAAAA"],
  ])("is refused where an array of %s cannot have so many bytes", (kind, text) => {
    expect(() => decodeRecord(JSON.stringify({ share: { [kind]: text } }))).toThrow(SyntaxError);
  });

  it("comes back to the bit, whatever the numbers", () => {
    const record = {
      trial: 3,
      blocks: Int32Array.of(1, -7, 2 ** 31 - 1),
      odd: Float64Array.of(
        0.1,
        -0,
        Number.MIN_VALUE,
        Number.MAX_VALUE,
        Infinity,
        -Infinity,
        Number.NaN,
        1 / 3,
      ),
      nested: [{ share: new Float64Array(0) }],
    };
    const line = encodeRecord(record);
    expect(line).not.toContain("\n");
    expect(decodeRecord(line)).toEqual(record);
    expect(Object.is((decodeRecord(line) as typeof record).odd[1], -0)).toBe(true);
  });

  it("is little-endian base64", () => {
    expect(encodeRecord(Float64Array.of(1))).toBe('{"float64":"AAAAAAAA8D8="}');
    expect(encodeRecord(Int32Array.of(258))).toBe('{"int32":"AgEAAA=="}');
  });
});

describe("a journal", () => {
  it("keeps every trial, and the same call goes on from it to the identical document", async () => {
    const whole = await sampleNetworks(options);
    const { document: three } = await sample({ trials: 3 });
    expect(three.trials).toBe(3);
    const { document, drawn } = await sample();
    expect(drawn).toBe(2);
    expect(document).toEqual(whole);
    // Nothing is drawn a second time, and fewer trials are the first of them.
    expect(await sample()).toEqual({ document: whole, drawn: 0 });
    expect((await sample({ trials: 3 })).document).toEqual(three);
  });

  it("goes on to more precision, where fewer trials were enough before", async () => {
    const coarse = { trials: undefined, precision: 0.05 };
    const fine = { trials: undefined, precision: 0.02 };
    const uninterrupted = await sampleNetworks({ ...options, ...fine });
    const first = await sample(coarse);
    const second = await sample(fine);
    expect(second.document).toEqual(uninterrupted);
    expect(second.drawn).toBe(uninterrupted.trials - first.document.trials);
    expect((await sample(coarse)).document).toEqual(first.document);
  });

  it("drops a torn line, wherever it was torn, and nothing else", async () => {
    const { document } = await sample();
    const text = await readFile(path, "utf8");
    const lines = text.split("\n");
    const lastStart = text.length - lines.at(-2)!.length - 1;
    for (const length of [lastStart, lastStart + 1, lastStart + 100, text.length - 1]) {
      await truncate(path, length);
      expect(await sample()).toEqual({ document, drawn: 1 });
      expect(await readFile(path, "utf8")).toBe(text);
    }
    // Torn within the header.
    await truncate(path, 20);
    expect((await sample()).document).toEqual(document);
  });

  it.each([
    [{ width: 16 }, /its `width` is 12, and here it is 16/],
    [{ seed: 1 }, /its `seed` is 0, and here it is 1/],
    [{ scheme: resolveScheme("sqrt2") }, /its `scheme` is "batchnorm", and here it is "sqrt2"/],
    [{ activation: "relu" as const }, /its `activation` is "linear", and here it is "relu"/],
    [{ atBlocks: [3] }, /its blocks with path lengths is \[6\], and here it is \[3,6\]/],
    [{ gain: 1.5 }, /its `gain` is 1, and here it is 1.5/],
  ])("of other networks is refused with the difference: %j", async (other, message) => {
    await sample({ trials: 1 });
    const text = await readFile(path, "utf8");
    await expect(sample(other)).rejects.toThrow(message);
    await expect(sample(other)).rejects.toThrow(InvalidArgumentError);
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it("is told by a scale that has no name", async () => {
    const scaled = (alpha: number) => ({
      ...resolveScheme("skipinit"),
      branchScale: () => alpha,
    });
    await sample({ scheme: scaled(0.5) });
    await expect(sample({ scheme: scaled(0.6) })).rejects.toThrow(/its table of scales/);
  });

  it("never touches a file that is something else", async () => {
    for (const text of ["notes\n", "notes", '{"kind":"sample"}\n', '{"kind":"respath-journal"}\n']) {
      await writeFile(path, text);
      await expect(sample()).rejects.toThrow(/out must be a new file/);
      expect(await readFile(path, "utf8")).toBe(text);
    }
    await rm(path);
    await mkdir(path);
    await expect(sampleNetworks({ ...options, out: path })).rejects.toMatchObject({ exitCode: 2 });
  });

  it("refuses a line that is damaged and not the last", async () => {
    await sample();
    const lines = (await readFile(path, "utf8")).split("\n");
    lines[2] = lines[2].slice(0, 50);
    await writeFile(path, lines.join("\n"));
    await expect(sample()).rejects.toThrow(/its line 3 is damaged/);
  });

  it("notices that something else writes to it", async () => {
    const journal = await Journal.open<{ trial: number }>({ path, header: { seed: 0 } });
    await journal.append({ trial: 0 });
    await appendFile(path, "{}\n");
    await expect(journal.append({ trial: 1 })).rejects.toThrow(/was changed by something else/);
    await journal.close();
  });
});
